package dev.rgap.membership;

import dev.rgap.protocol.IpAddress;
import java.util.ListIterator;
import java.util.NoSuchElementException;

/** Goes through the addresses of a tree, down from its root only once for each leaf. */
final class AddressIterator implements ListIterator<IpAddress> {

  private final AddressTree tree;
  private int index;
  private long[] leaf = AddressRun.EMPTY;
  private int inLeaf;
  private int leafSize;

  /** Begins between the address of an index and the one before. */
  AddressIterator(AddressTree tree, int index) {
    this.tree = tree;
    this.index = index;
  }

  @Override
  public boolean hasNext() {
    return index < tree.size();
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
    AddressTree at = tree;
    inLeaf = index;
    while (at instanceof AddressNode node) {
      at = child(node);
    }
    leaf = at.entries();
    leafSize = AddressRun.size(leaf);
  }

  /**
   * The child of a node that has the address at an index, which becomes one of the child's. Sizes
   * are added up from the nearer end: each is somewhere else in memory.
   */
  private AddressTree child(AddressNode node) {
    AddressTree[] children = node.children();
    int size = node.size();
    int child;
    if (inLeaf < size / 2) {
      child = 0;
      for (int of; inLeaf >= (of = children[child].size()); child++) {
        inLeaf -= of;
      }
    } else {
      child = children.length;
      int start = size;
      while (start > inLeaf) {
        start -= children[--child].size();
      }
      inLeaf -= start;
    }
    return children[child];
  }
}
