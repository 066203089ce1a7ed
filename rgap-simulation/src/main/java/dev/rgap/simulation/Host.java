package dev.rgap.simulation;

import dev.rgap.time.HostClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A host: its clocks, which drift, may be set and stand still while it sleeps, and the programs on
 * it.
 */
final class Host implements HostClock {

  private static final long MILLION = 1_000_000;

  private final Timeline timeline;
  private final String name;
  private final List<Program> programs = new ArrayList<>();

  /** What the monotonic clock has begun with. */
  private final long origin;

  /** What it has counted when it was looked at closely, and when that was. */
  private long monotonic;

  private long at;

  /** By how much its clocks are too fast, in millionths. */
  private long ppm;

  private boolean asleep;
  private long slept;
  private long wallMicros;

  /**
   * Is awake, with clocks that are right.
   *
   * @param origin what the monotonic clock shows
   * @param epochMicros what the wall clock shows
   */
  Host(Timeline timeline, String name, long origin, long epochMicros) {
    this.timeline = timeline;
    this.name = name;
    this.origin = origin;
    this.at = timeline.now();
    this.wallMicros = epochMicros;
  }

  String name() {
    return name;
  }

  Timeline timeline() {
    return timeline;
  }

  void add(Program program) {
    programs.add(program);
  }

  void remove(Program program) {
    programs.remove(program);
  }

  // --- clocks ------------------------------------------------------------------------------------

  private long passed() {
    long real = timeline.now() - at;
    return real + real / MILLION * ppm + real % MILLION * ppm / MILLION;
  }

  @Override
  public long nanoTime() {
    return origin + (asleep ? monotonic : monotonic + passed());
  }

  @Override
  public long bootNanoTime() {
    return origin + sinceBoot();
  }

  private long sinceBoot() {
    return monotonic + slept + passed();
  }

  @Override
  public long epochMicros() {
    return wallMicros + sinceBoot() / 1_000;
  }

  @Override
  public boolean await(CountDownLatch latch, long nanos) {
    return timeline.waitFor(() -> latch.getCount() == 0, timeline.now() + Math.max(0, nanos));
  }

  /** When the monotonic clock will show this, if nothing happens to it. */
  long whenShown(long nanoTime) {
    long left = nanoTime - nanoTime();
    return left <= 0 ? timeline.now() : timeline.now() + left - left / MILLION * ppm + 1;
  }

  private void mark() {
    long passed = passed();
    if (asleep) {
      slept += passed;
    } else {
      monotonic += passed;
    }
    at = timeline.now();
  }

  /** Its clocks run too fast from now on, or too slowly. */
  void drift(long by) {
    mark();
    ppm = by;
  }

  /** Somebody sets the wall clock. */
  void step(long micros) {
    wallMicros += micros;
  }

  /** The wall clock's error. */
  long errorMicros(long epochMicrosAtStart) {
    return epochMicros() - epochMicrosAtStart - timeline.now() / 1_000;
  }

  // --- sleep -------------------------------------------------------------------------------------

  boolean isAsleep() {
    return asleep;
  }

  void sleep() {
    mark();
    asleep = true;
  }

  void wake() {
    mark();
    asleep = false;
    List.copyOf(programs).forEach(Program::resume);
  }
}
