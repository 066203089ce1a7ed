package dev.rgap.membership;

import java.util.function.Consumer;

/** A leaf of the tree of an {@link AddressSet}: a {@link AddressRun run} of addresses. */
final class AddressLeaf implements AddressTree {

  /** Addresses a leaf may hold. A change copies one leaf; each leaf costs some 60 bytes. */
  static final int MAX_ADDRESSES = 48;

  static final AddressLeaf EMPTY = new AddressLeaf(AddressRun.EMPTY);

  private static final AddressTree[] NO_CHILDREN = {};

  private final long[] run;

  /** Kept here, too: whoever adds up the sizes of many leaves need not look at all their runs. */
  private final int size;

  private AddressLeaf(long[] run) {
    this.run = run;
    this.size = AddressRun.size(run);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean contains(long high, long low) {
    return AddressRun.contains(run, high, low);
  }

  @Override
  public void forEachLeaf(Consumer<? super long[]> action) {
    action.accept(run);
  }

  @Override
  public AddressTree add(long high, long low) {
    return new AddressLeaf(AddressRun.with(run, high, low));
  }

  @Override
  public AddressTree remove(long high, long low) {
    return new AddressLeaf(AddressRun.without(run, high, low));
  }

  @Override
  public long[] entries() {
    return run;
  }

  @Override
  public AddressTree[] children() {
    return NO_CHILDREN;
  }

  @Override
  public int maxWidth() {
    return MAX_ADDRESSES;
  }

  @Override
  public AddressTree slice(int from, int to) {
    return new AddressLeaf(AddressRun.slice(run, from, to));
  }

  @Override
  public AddressTree join(AddressTree next) {
    return new AddressLeaf(AddressRun.join(run, next.entries()));
  }
}
