package dev.rgap.membership;

import dev.rgap.protocol.IpAddress;
import java.util.Arrays;
import java.util.ListIterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/**
 * An inner node of the tree of an {@link AddressSet}, with at least one child. Immutable.
 *
 * <p>A tree is a node or a leaf, and a leaf is nothing but a {@link AddressRun run}; hence {@code
 * Object}. The static functions take either. A node or leaf that becomes too wide is split by its
 * parent, and one that becomes small is joined with a small neighbour, if there is one.
 */
final class AddressNode {

  /** Addresses a leaf may hold. A change copies one leaf; each leaf costs some 50 bytes. */
  static final int MAX_ADDRESSES = 48;

  /** Children a node may have. A change copies one node of each level. */
  static final int MAX_CHILDREN = 24;

  private final int size;
  private final Object[] children;

  /**
   * An address for each child: none of that child's addresses is before it, all of the children
   * before are. Mostly it is the child's first, and most changes leave all bounds as they are.
   */
  private final long[] bounds;

  private AddressNode(int size, Object[] children, long[] bounds) {
    this.size = size;
    this.children = children;
    this.bounds = bounds;
  }

  /** How many addresses it holds. */
  static int size(Object tree) {
    return tree instanceof AddressNode node ? node.size : AddressRun.size((long[]) tree);
  }

  static boolean contains(Object tree, long high, long low) {
    Object at = tree;
    while (at instanceof AddressNode node) {
      at = node.children[node.childFor(high, low)];
    }
    return AddressRun.contains((long[]) at, high, low);
  }

  static void forEachLeaf(Object tree, Consumer<? super long[]> action) {
    if (tree instanceof AddressNode node) {
      for (Object child : node.children) {
        forEachLeaf(child, action);
      }
    } else {
      action.accept((long[]) tree);
    }
  }

  /** The addresses, beginning between those of an index and the one before. */
  static ListIterator<IpAddress> iterator(Object tree, int index) {
    return new LeafByLeaf(tree, index);
  }

  /** A tree and an address that it must not hold yet; higher by a level if need be. */
  static Object with(Object tree, long high, long low) {
    Object grown = add(tree, high, low);
    if (!isTooWide(grown)) {
      return grown;
    }
    Object[] onlyChild = {grown};
    return new AddressNode(size(grown), onlyChild, AddressRun.slice(entries(grown), 0, 1))
        .splitChild(0, high, low);
  }

  /** A tree without an address that it must hold; lower by some levels if it can be. */
  static Object without(Object tree, long high, long low) {
    Object shrunk = remove(tree, high, low);
    while (shrunk instanceof AddressNode node && node.children.length == 1) {
      shrunk = node.children[0];
    }
    return shrunk;
  }

  /** The result may have one entry too many. */
  private static Object add(Object tree, long high, long low) {
    if (!(tree instanceof AddressNode node)) {
      return AddressRun.with((long[]) tree, high, low);
    }
    int at = node.childFor(high, low);
    Object grown = add(node.children[at], high, low);
    long[] bounds =
        AddressRun.compare(node.bounds, 0, high, low) <= 0
            ? node.bounds
            : AddressRun.replace(node.bounds, 0, 1, AddressRun.of(high, low));
    AddressNode copy = new AddressNode(node.size + 1, set(node.children, at, grown), bounds);
    return isTooWide(grown) ? copy.splitChild(at, high, low) : copy;
  }

  /** The result is {@link AddressRun#EMPTY}, at whatever height, if that was the last address. */
  private static Object remove(Object tree, long high, long low) {
    if (!(tree instanceof AddressNode node)) {
      return AddressRun.without((long[]) tree, high, low);
    }
    int at = node.childFor(high, low);
    Object[] children = node.children;
    Object shrunk = remove(children[at], high, low);
    if (width(shrunk) == 0) {
      return children.length == 1
          ? shrunk
          : new AddressNode(
              node.size - 1,
              replace(children, at, at + 1),
              AddressRun.replace(node.bounds, at, at + 1, AddressRun.EMPTY));
    }
    AddressNode copy = new AddressNode(node.size - 1, set(children, at, shrunk), node.bounds);
    if (width(shrunk) > maxWidth(shrunk) / 2) {
      return copy;
    }
    if (at + 1 < children.length && areJoinable(shrunk, children[at + 1])) {
      return copy.joinChildren(at);
    }
    return at > 0 && areJoinable(children[at - 1], shrunk) ? copy.joinChildren(at - 1) : copy;
  }

  /** A copy in which the child that became too wide by an address is two. */
  private AddressNode splitChild(int at, long high, long low) {
    Object child = children[at];
    long[] entries = entries(child);
    int width = width(child);
    // Addresses often come in ascending order: what is split at its end stays full.
    boolean atEnd = AddressRun.compare(entries, width - 1, high, low) == 0;
    int cut = atEnd ? width - 1 : width / 2;
    return new AddressNode(
        size,
        replace(children, at, at + 1, slice(child, 0, cut), slice(child, cut, width)),
        AddressRun.replace(bounds, at + 1, at + 1, AddressRun.slice(entries, cut, cut + 1)));
  }

  /** A copy in which a child and the next one are one. */
  private AddressNode joinChildren(int at) {
    Object joined = join(children[at], children[at + 1]);
    return new AddressNode(
        size,
        replace(children, at, at + 2, joined),
        AddressRun.replace(bounds, at + 1, at + 2, AddressRun.EMPTY));
  }

  private static Object slice(Object tree, int from, int to) {
    long[] entries = AddressRun.slice(entries(tree), from, to);
    if (!(tree instanceof AddressNode node)) {
      return entries;
    }
    Object[] some = Arrays.copyOfRange(node.children, from, to);
    int size = 0;
    for (Object child : some) {
      size += size(child);
    }
    return new AddressNode(size, some, entries);
  }

  private static Object join(Object tree, Object next) {
    long[] entries = AddressRun.join(entries(tree), entries(next));
    if (!(tree instanceof AddressNode node && next instanceof AddressNode nextNode)) {
      return entries;
    }
    int end = node.children.length;
    return new AddressNode(
        node.size + nextNode.size, replace(node.children, end, end, nextNode.children), entries);
  }

  /** Well below the limit, lest the next addition split them again. */
  private static boolean areJoinable(Object tree, Object next) {
    return width(tree) + width(next) <= maxWidth(tree) * 3 / 4;
  }

  private static boolean isTooWide(Object tree) {
    return width(tree) > maxWidth(tree);
  }

  private static int maxWidth(Object tree) {
    return tree instanceof AddressNode ? MAX_CHILDREN : MAX_ADDRESSES;
  }

  /** How many addresses a leaf, or children a node has. */
  private static int width(Object tree) {
    return AddressRun.size(entries(tree));
  }

  /** A leaf's addresses, or a node's bounds. */
  private static long[] entries(Object tree) {
    return tree instanceof AddressNode node ? node.bounds : (long[]) tree;
  }

  /** The only child that may hold the address. */
  private int childFor(long high, long low) {
    return Math.max(0, AddressRun.lastUpTo(bounds, high, low));
  }

  private static Object[] set(Object[] array, int at, Object element) {
    Object[] copy = array.clone();
    copy[at] = element;
    return copy;
  }

  /** The array with what is from one index up to another replaced. */
  private static Object[] replace(Object[] array, int from, int to, Object... by) {
    Object[] copy = new Object[array.length - (to - from) + by.length];
    System.arraycopy(array, 0, copy, 0, from);
    System.arraycopy(by, 0, copy, from, by.length);
    System.arraycopy(array, to, copy, from + by.length, array.length - to);
    return copy;
  }

  /** Goes down the tree only once for each leaf. */
  private static final class LeafByLeaf implements ListIterator<IpAddress> {

    private final Object tree;
    private int index;
    private long[] leaf = AddressRun.EMPTY;
    private int inLeaf;
    private int leafSize;

    LeafByLeaf(Object tree, int index) {
      this.tree = tree;
      this.index = index;
    }

    @Override
    public boolean hasNext() {
      return index < size(tree);
    }

    @Override
    public IpAddress next() {
      if (inLeaf == leafSize) {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        descend();
      }
      index++;
      return AddressRun.get(leaf, inLeaf++);
    }

    @Override
    public boolean hasPrevious() {
      return index > 0;
    }

    @Override
    public IpAddress previous() {
      if (!hasPrevious()) {
        throw new NoSuchElementException();
      }
      index--;
      descend();
      return AddressRun.get(leaf, inLeaf);
    }

    @Override
    public int nextIndex() {
      return index;
    }

    @Override
    public int previousIndex() {
      return index - 1;
    }

    @Override
    public void remove() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void set(IpAddress address) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void add(IpAddress address) {
      throw new UnsupportedOperationException();
    }

    /** Finds the leaf of the address at the index. */
    private void descend() {
      Object at = tree;
      inLeaf = index;
      while (at instanceof AddressNode node) {
        int child = 0;
        for (int size; inLeaf >= (size = size(node.children[child])); child++) {
          inLeaf -= size;
        }
        at = node.children[child];
      }
      leaf = (long[]) at;
      leafSize = AddressRun.size(leaf);
    }
  }
}
