package dev.rgap.outputs.publish;

import dev.rgap.api.StableApi;
import dev.rgap.membership.GroupSnapshot;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link StatePublisher} does: brings what is published to the state of the groups. */
@FunctionalInterface
@StableApi
public interface Step {

  /**
   * Publishes the groups as they are now. Called on the output's thread, one call at a time, and
   * only while all groups are ready.
   *
   * @param groups all of the publisher's groups, by ascending ids. The next change is a change of
   *     these; whoever looks a group up anew may find it further on, and is then called once more
   *     than would be needed
   * @throws IOException if it has failed, and may succeed if it is done again; the message says why
   */
  Outcome run(List<GroupSnapshot> groups) throws IOException;

  /** What became of a step. */
  final class Outcome {

    enum Result {
      PUBLISHED,
      UNCHANGED,
      REFUSED,
      FAILED,
      STOPPED
    }

    /** It was not as it should be, and now is. */
    public static final Outcome PUBLISHED = new Outcome(Result.PUBLISHED, "", "", null);

    /** It already was as it should be. */
    public static final Outcome UNCHANGED = new Outcome(Result.UNCHANGED, "", "", null);

    /** The publisher was closed before this came to anything: nothing to be counted or logged. */
    public static final Outcome STOPPED = new Outcome(Result.STOPPED, "", "", null);

    final Result result;
    final String why;
    final String next;

    /** What no step should throw. */
    final @Nullable Throwable bug;

    private Outcome(Result result, String why, String next, @Nullable Throwable bug) {
      this.result = result;
      this.why = why;
      this.next = next;
      this.bug = bug;
    }

    /**
     * It can't be published as it is, and will not be better for waiting: another step follows the
     * next change, or the interval.
     *
     * @param next what happens until then, for the log
     */
    public static Outcome refused(String why, String next) {
      return new Outcome(Result.REFUSED, why, next, null);
    }

    /** It has failed, and may succeed if it is done again; as if an exception had been thrown. */
    public static Outcome failed(String why) {
      return new Outcome(Result.FAILED, why, "", null);
    }

    static Outcome failed(Throwable bug) {
      return new Outcome(Result.FAILED, "unexpected: " + bug, "", bug);
    }
  }
}
