package dev.rgap.membership;

import dev.rgap.text.DurationText;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides for a group with a {@link Guard} who of those that are due leaves: a state machine that
 * knows no clock. Times, in nanoseconds, are handed in.
 *
 * <pre>
 *             somebody is due, and           enough are alive and heard,
 *             fewer than the floor would     for a whole window; or hold is over;
 *             be left, or nobody is heard    or there is no guard any more
 *   watching -----------------------&gt; holding ---------------------------&gt; releasing
 *   (who is due leaves)               (who is due is held)                 (who is held leaves)
 *      ^                                                                        |
 *      +------------------------------------------------------------------------+
 *                                     nobody is held
 * </pre>
 *
 * <p>The floor is what {@code max_loss} leaves of the members that there were at the window's
 * begin, and at least {@code min_members}; those who have joined meanwhile make up for those who
 * have left. It stays as it is while somebody is held. That nobody is heard means that there was no
 * announcement of anybody for half the time that one lives.
 *
 * <p>It always ends: whatever happens, holding lasts for {@code hold} at most, and releasing knows
 * no way back. Time in which this host was kept from listening counts.
 *
 * <p>All of its methods are called with the membership's lock held. {@link #turn} is told the time
 * before anything else is asked.
 */
final class LossGuard implements GroupTable.Keeper {

  private static final System.Logger LOG = System.getLogger(LossGuard.class.getName());

  private enum State {
    WATCHING,
    HOLDING,
    RELEASING
  }

  private enum Reason {
    /** Fewer would be left than {@code max_loss} allows. */
    LOSS,
    /** Fewer would be left than {@code min_members}. */
    NUMBER,
    /** Nobody is heard. */
    SILENCE
  }

  private final GroupTable table;
  private final Runnable countEpisode;
  private GroupConfig config;
  private Guard limits;
  private SizeHistory history;
  private State state = State.WATCHING;
  private long now;
  private long lastHeard;

  // While holding or releasing:
  private Reason reason = Reason.LOSS;
  private long began;

  /** How many members there were at the begin of the window. */
  private int before;

  /** Since when enough are alive and heard; if they are. */
  private long fineSince;

  private boolean fine;

  /** Where to go on to look for held ones whose address may be no member any more; or negative. */
  private int siftAt = -1;

  private String ended = "";
  private int released;
  private @Nullable Said unsaid;
  private boolean sayBegin;

  /** A line of the log. */
  record Said(Level level, String text) {
    void log() {
      LOG.log(level, text);
    }
  }

  /**
   * Begins to watch over the members that there are.
   *
   * @param countEpisode is called whenever members begin to be held
   */
  LossGuard(GroupConfig config, Guard limits, GroupTable table, Runnable countEpisode, long now) {
    this.countEpisode = countEpisode;
    this.config = config;
    this.limits = limits;
    this.table = table;
    this.now = now;
    this.lastHeard = now;
    this.history = new SizeHistory(limits.window().toNanos(), table.size(), now);
  }

  // --- what happens ------------------------------------------------------------------------------

  /** Time has passed: before anybody leaves or joins. */
  void turn(long time) {
    now = time;
    history.advance(table.size(), now);
    if (state != State.HOLDING) {
      return;
    }
    if (now - until() >= 0) {
      release("hold is over: the guard gives in");
    } else if (fine && isSilent()) {
      fine = false;
    } else if (fine && now - fineAt() >= 0) {
      release("enough members are back");
    }
  }

  /** A member has joined or was announced again, at the time of the last turn. */
  void heard() {
    if (state == State.HOLDING) {
      boolean enough = table.live() >= floor();
      if (!enough) {
        fine = false;
      } else if (!fine || isSilent()) {
        fine = true;
        fineSince = now;
      }
    }
    lastHeard = now;
  }

  /** Nobody has listened from here to there: nobody could be heard. */
  void paused(long from, long to) {
    lastHeard += to - from;
    fineSince += to - from;
  }

  /**
   * Goes by another configuration. Without a guard, all who are held leave; an episode goes on
   * otherwise, and ends as if it had been like this from its beginning.
   */
  void change(GroupConfig changed) {
    config = changed;
    Guard guard = changed.guard();
    if (guard == null) {
      if (state == State.HOLDING) {
        release("there is no guard any more");
      }
      return;
    }
    if (!guard.window().equals(limits.window())) {
      history = new SizeHistory(guard.window().toNanos(), table.size(), now);
    }
    limits = guard;
    siftAt = table.held() > 0 ? 0 : -1;
    fine = fine && table.live() >= floor();
  }

  // --- who leaves --------------------------------------------------------------------------------

  @Override
  public boolean letsGo(long high, long low) {
    if (isOver()) {
      return true;
    }
    if (!config.allows(high, low)) {
      bypassed();
      return true;
    }
    if (state == State.WATCHING) {
      int published = history.atBegin();
      if (!isSilent() && table.size() > limits.floor(published)) {
        return true;
      }
      begin(published);
    }
    // Its bit is set after this: it counts as alive so far.
    fine = fine && table.live() > floor();
    return false;
  }

  /** A member leaves in a way that is no loss: as if it had never been one. */
  private void bypassed() {
    history.forgetOne();
    before = Math.max(0, before - 1);
  }

  /** A member has said goodbye, and has left. */
  void saidGoodbye() {
    bypassed();
    fine = fine && table.live() >= floor();
  }

  private void begin(int published) {
    state = State.HOLDING;
    before = published;
    began = now;
    fine = false;
    siftAt = -1;
    reason =
        isSilent()
            ? Reason.SILENCE
            : table.size() <= limits.minMembers() ? Reason.NUMBER : Reason.LOSS;
    sayBegin = true;
    countEpisode.run();
  }

  private void release(String why) {
    state = State.RELEASING;
    ended = why;
    released = 0;
    siftAt = -1;
  }

  /**
   * Does a step of what is to be done before anybody else may leave.
   *
   * @return whether there may be more to do
   */
  boolean step(GroupTable.Visitor left) {
    if (siftAt >= 0) {
      int heldBefore = table.held();
      siftAt = table.sift(siftAt, config, now, left);
      if (table.held() < heldBefore) {
        bypassed();
      }
      return true;
    }
    if (state != State.RELEASING) {
      return false;
    }
    if (table.release(now, left)) {
      released++;
      return true;
    }
    state = State.WATCHING;
    history.reset(table.size(), now);
    unsaid =
        new Said(
            Level.INFO,
            "group "
                + config.id()
                + ": the guard ends after "
                + text(now - began)
                + ", as "
                + ended
                + "; held members that leave: "
                + released
                + ", members: "
                + table.size());
    return true;
  }

  // --- what it asks for --------------------------------------------------------------------------

  /** Whether nothing is left to be done for a guard that is no longer configured. */
  boolean isOver() {
    return config.guard() == null && state == State.WATCHING;
  }

  /** Whether it waits for something: then {@link #nextDue} tells for what. */
  boolean isActive() {
    return state != State.WATCHING;
  }

  /** When {@link #turn} or {@link #step} has something to do; only if it is active. */
  long nextDue() {
    if (state == State.RELEASING || siftAt >= 0) {
      return now;
    }
    return fine && fineAt() - until() < 0 ? fineAt() : until();
  }

  /** Takes what is to be said since the last time. */
  @Nullable Said say(Pulse pulse) {
    if (sayBegin) {
      sayBegin = false;
      return new Said(Level.WARNING, sayBegin(pulse.instant()));
    }
    Said said = unsaid;
    unsaid = null;
    return said;
  }

  private String sayBegin(Instant wallNow) {
    int published = table.size();
    return "group "
        + config.id()
        + ": "
        + switch (reason) {
          case LOSS ->
              "more members fall silent within "
                  + DurationText.format(limits.window())
                  + " than max_loss, "
                  + limits.maxLossPercent()
                  + "%, allows";
          case NUMBER -> "fewer members would be left than min_members, " + limits.minMembers();
          case SILENCE -> "nothing is heard of any member for " + text(now - lastHeard);
        }
        + ": of "
        + Math.max(before, published)
        + " members "
        + Math.max(0, before - published)
        + " have left and "
        + table.held()
        + " are held; who falls silent from now on stays published, until "
        + wallNow.plusNanos(until() - now).truncatedTo(ChronoUnit.SECONDS)
        + " at the latest; does this host hear its network?";
  }

  private static String text(long nanos) {
    return DurationText.format(Duration.ofMillis(nanos / 1_000_000));
  }

  private int floor() {
    return limits.floor(before);
  }

  private boolean isSilent() {
    return now - lastHeard >= config.expireMicros() * 1_000 / 2;
  }

  private long until() {
    return began + limits.hold().toNanos();
  }

  private long fineAt() {
    return fineSince + limits.window().toNanos();
  }
}
