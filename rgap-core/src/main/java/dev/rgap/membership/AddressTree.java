package dev.rgap.membership;

import java.util.function.Consumer;

/**
 * The tree of an {@link AddressSet}, or a part of it: a leaf, or a node above others. Immutable.
 */
sealed interface AddressTree permits AddressLeaf, AddressNode {

  /** How many addresses it holds. */
  int size();

  boolean contains(long high, long low);

  /** Shows the {@link AddressRun run} of each leaf. */
  void forEachLeaf(Consumer<? super long[]> action);

  /** A tree as high as this one, with an address more. It may have one entry too many. */
  AddressTree add(long high, long low);

  /** A tree as high as this one, without an address; or an empty leaf if that was its last one. */
  AddressTree remove(long high, long low);

  /** A leaf's addresses, or a node's bounds. */
  long[] entries();

  /** A node's children; a leaf has none. */
  AddressTree[] children();

  /** How many entries it may have. */
  int maxWidth();

  /** What belongs to the entries from one index up to another. */
  AddressTree slice(int from, int to);

  /** This tree and the next one, which is as high. */
  AddressTree join(AddressTree next);

  /** How many entries it has: addresses of a leaf, children of a node. */
  default int width() {
    return AddressRun.size(entries());
  }

  default boolean isTooWide() {
    return width() > maxWidth();
  }

  /** This tree and an address that it must not hold yet; higher by a level if need be. */
  default AddressTree with(long high, long low) {
    AddressTree grown = add(high, low);
    return grown.isTooWide() ? AddressNode.above(grown).splitChild(0, high, low) : grown;
  }

  /** This tree without an address that it must hold; lower by some levels if it can be. */
  default AddressTree without(long high, long low) {
    AddressTree shrunk = remove(high, low);
    while (shrunk.children().length == 1) {
      shrunk = shrunk.children()[0];
    }
    return shrunk;
  }
}
