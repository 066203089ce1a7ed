package dev.rgap.simulation;

/** What has to be true of each fleet at all times; {@link Checks} has a method for each. */
enum Invariant {
  SIGNED("what is accepted is whole, fresh, and signed with a key that its group has"),
  NEWER("what is accepted is newer than all that was accepted of its address before"),
  HEARD("who announces genuinely, newer and in time is accepted, and a member at once"),
  NOTHING("what is rejected changes nobody's membership"),
  KNOWN("nobody is a member of whom nothing was accepted, or restored"),
  STAYS("nobody leaves before his time, but by his own goodbye or as his group is taken away"),
  GRACE("who was due while nobody listened has the time to report"),
  LEAVES("who is silent leaves in time; no guard holds anybody for longer than hold"),
  GOODBYE("who says goodbye leaves at once"),
  READY("a group is ready after its delay, and stays so"),
  TOLD("joins and leaves are told once, in order, and lead to the snapshots they carry"),
  PUBLISHED("what was published last is what the membership is, within the promised delay"),
  WRITTEN("whoever is a member and has announced plainly is in the state that is written"),
  RESTORED("who was written and whose time is not over is a member after the start"),
  RELOADED("a group that a reload does not change keeps its members"),
  TRUTHFUL("an agent announces only addresses that its host has, or had until a moment ago"),
  BOUNDED("members, tasks and log lines stay within their limits"),
  UNBROKEN("no task of a program fails"),
  AGREED("after the world has calmed down, everybody knows everybody who announces");

  private final String says;

  Invariant(String says) {
    this.says = says;
  }

  /** It, as a sentence. */
  String says() {
    return says;
  }
}
