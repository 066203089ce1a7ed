package dev.rgap.membership;

import dev.rgap.protocol.IpAddress;
import java.util.AbstractList;
import java.util.Iterator;
import java.util.ListIterator;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;

/**
 * An immutable sorted set of addresses that shares most of its memory with the sets it came from.
 *
 * <p>It is a B+-tree: the addresses lie in the {@link AddressLeaf leaves}, all of which are equally
 * deep. Adding or removing one copies its leaf and the {@link AddressNode nodes} above it, nothing
 * else. Here 6 was added:
 *
 * <pre>
 *   before    size 7, bounds 1 5 8           after    size 8, bounds 1 5 8
 *              |      |      |                         |      |      |
 *              |      |      '-------------------------)------)------+
 *              +------)--------------------------------'      |      |
 *              |      |                                       |      |
 *           [1 2 4] [5 7]                                  [5 6 7] [8 9]
 * </pre>
 *
 * <p>Leaves and nodes are small, as many versions of a large set may wait for a slow subscriber: a
 * change of a million addresses allocates about a kilobyte. {@link #get} adds up sizes of children
 * on its way down; iterating does so once a leaf.
 */
final class AddressSet extends AbstractList<IpAddress> implements RandomAccess {

  static final AddressSet EMPTY = new AddressSet(AddressLeaf.EMPTY);

  private final AddressTree tree;

  private AddressSet(AddressTree tree) {
    this.tree = tree;
  }

  @Override
  public int size() {
    return tree.size();
  }

  @Override
  public IpAddress get(int index) {
    return new AddressIterator(tree, Objects.checkIndex(index, size())).next();
  }

  @Override
  public boolean contains(Object element) {
    return element instanceof IpAddress address && tree.contains(address.high(), address.low());
  }

  /** This set and an address that it must not hold yet. */
  AddressSet with(long high, long low) {
    return new AddressSet(tree.with(high, low));
  }

  /** This set without an address that it must hold. */
  AddressSet without(long high, long low) {
    return new AddressSet(tree.without(high, low));
  }

  @Override
  public Iterator<IpAddress> iterator() {
    return listIterator(0);
  }

  /** Much faster than {@link #get} for each address, also that of a sublist. */
  @Override
  public ListIterator<IpAddress> listIterator(int index) {
    return new AddressIterator(tree, Objects.checkIndex(index, size() + 1));
  }

  @Override
  public Spliterator<IpAddress> spliterator() {
    return Spliterators.spliterator(
        this,
        Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL | Spliterator.IMMUTABLE);
  }

  @Override
  public void forEach(Consumer<? super IpAddress> action) {
    forEachLeaf(leaf -> {
      int size = AddressRun.size(leaf);
      for (int i = 0; i < size; i++) {
        action.accept(AddressRun.get(leaf, i));
      }
    });
  }

  void forEachLeaf(Consumer<? super long[]> action) {
    tree.forEachLeaf(action);
  }
}
