package dev.rgap.membership;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * An inner node of the tree of an {@link AddressSet}, with at least one child.
 *
 * <p>A child that becomes too wide is split, and one that becomes small is joined with a small
 * neighbour, if there is one.
 */
final class AddressNode implements AddressTree {

  /** Children a node may have. A change copies one node of each level. */
  static final int MAX_CHILDREN = 24;

  private final int size;
  private final AddressTree[] children;

  /**
   * An address for each child: none of that child's addresses is before it, all of the children
   * before are. Mostly it is the child's first, and most changes leave all bounds as they are.
   */
  private final long[] bounds;

  private AddressNode(int size, AddressTree[] children, long[] bounds) {
    this.size = size;
    this.children = children;
    this.bounds = bounds;
  }

  /** A node with a single child. */
  static AddressNode above(AddressTree child) {
    AddressTree[] onlyChild = {child};
    return new AddressNode(child.size(), onlyChild, AddressRun.slice(child.entries(), 0, 1));
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean contains(long high, long low) {
    return children[childFor(high, low)].contains(high, low);
  }

  @Override
  public void forEachLeaf(Consumer<? super long[]> action) {
    for (AddressTree child : children) {
      child.forEachLeaf(action);
    }
  }

  @Override
  public AddressTree add(long high, long low) {
    int at = childFor(high, low);
    AddressTree grown = children[at].add(high, low);
    long[] lowered =
        AddressRun.compare(bounds, 0, high, low) <= 0
            ? bounds
            : AddressRun.replace(bounds, 0, 1, AddressRun.of(high, low));
    AddressNode copy = new AddressNode(size + 1, set(children, at, grown), lowered);
    return grown.isTooWide() ? copy.splitChild(at, high, low) : copy;
  }

  @Override
  public AddressTree remove(long high, long low) {
    int at = childFor(high, low);
    AddressTree shrunk = children[at].remove(high, low);
    if (shrunk.width() == 0) {
      return children.length == 1
          ? shrunk
          : new AddressNode(
              size - 1,
              replace(children, at, at + 1),
              AddressRun.replace(bounds, at, at + 1, AddressRun.EMPTY));
    }
    AddressNode copy = new AddressNode(size - 1, set(children, at, shrunk), bounds);
    if (shrunk.width() > shrunk.maxWidth() / 2) {
      return copy;
    }
    if (at + 1 < children.length && areJoinable(shrunk, children[at + 1])) {
      return copy.joinChildren(at);
    }
    return at > 0 && areJoinable(children[at - 1], shrunk) ? copy.joinChildren(at - 1) : copy;
  }

  /** A copy in which the child that became too wide by an address is two. */
  AddressNode splitChild(int at, long high, long low) {
    AddressTree child = children[at];
    long[] entries = child.entries();
    int width = child.width();
    // Addresses often come in ascending order: what is split at its end stays full.
    boolean atEnd = AddressRun.compare(entries, width - 1, high, low) == 0;
    int cut = atEnd ? width - 1 : width / 2;
    return new AddressNode(
        size,
        replace(children, at, at + 1, child.slice(0, cut), child.slice(cut, width)),
        AddressRun.replace(bounds, at + 1, at + 1, AddressRun.slice(entries, cut, cut + 1)));
  }

  /** A copy in which a child and the next one are one. */
  private AddressNode joinChildren(int at) {
    return new AddressNode(
        size,
        replace(children, at, at + 2, children[at].join(children[at + 1])),
        AddressRun.replace(bounds, at + 1, at + 2, AddressRun.EMPTY));
  }

  /** Well below the limit, lest the next addition split them again. */
  private static boolean areJoinable(AddressTree tree, AddressTree next) {
    return tree.width() + next.width() <= tree.maxWidth() * 3 / 4;
  }

  @Override
  public long[] entries() {
    return bounds;
  }

  @Override
  public AddressTree[] children() {
    return children;
  }

  @Override
  public int maxWidth() {
    return MAX_CHILDREN;
  }

  @Override
  public AddressTree slice(int from, int to) {
    AddressTree[] some = Arrays.copyOfRange(children, from, to);
    int sum = 0;
    for (AddressTree child : some) {
      sum += child.size();
    }
    return new AddressNode(sum, some, AddressRun.slice(bounds, from, to));
  }

  @Override
  public AddressTree join(AddressTree next) {
    int end = children.length;
    return new AddressNode(
        size + next.size(),
        replace(children, end, end, next.children()),
        AddressRun.join(bounds, next.entries()));
  }

  /** The only child that may hold the address. */
  private int childFor(long high, long low) {
    return Math.max(0, AddressRun.lastUpTo(bounds, high, low));
  }

  private static AddressTree[] set(AddressTree[] array, int at, AddressTree element) {
    AddressTree[] copy = array.clone();
    copy[at] = element;
    return copy;
  }

  /** The array with what is from one index up to another replaced. */
  private static AddressTree[] replace(AddressTree[] array, int from, int to, AddressTree... by) {
    AddressTree[] copy = new AddressTree[array.length - (to - from) + by.length];
    System.arraycopy(array, 0, copy, 0, from);
    System.arraycopy(by, 0, copy, from, by.length);
    System.arraycopy(array, to, copy, from + by.length, array.length - to);
    return copy;
  }
}
