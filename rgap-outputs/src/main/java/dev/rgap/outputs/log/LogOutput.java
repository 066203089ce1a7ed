package dev.rgap.outputs.log;

import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.Member;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.protocol.GroupId;
import dev.rgap.text.DurationText;
import dev.rgap.time.Scheduler;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes all groups to the log at each interval, the first time when it starts. */
final class LogOutput implements Output {

  private static final System.Logger LOG = System.getLogger(LogOutput.class.getName());

  private final LogType.Config config;
  private final OutputContext context;
  private Scheduler.@Nullable Task ticking;

  LogOutput(LogType.Config config, OutputContext context) {
    this.config = config;
    this.context = context;
  }

  @Override
  public void start() {
    ticking = context.scheduler().every(config.interval(), this::logAll);
  }

  private void logAll() {
    context.membership().groups().forEach(this::log);
  }

  private void log(GroupId group) {
    GroupSnapshot snapshot = context.membership().snapshot(group);
    List<Member> members = context.membership().members(group);
    String readiness = snapshot.ready() ? "READY" : "NOT READY";
    LOG.log(Level.INFO, "group " + group + ": " + readiness + ", members: " + members.size());
    for (Member member : members) {
      LOG.log(
          Level.INFO,
          "group "
              + group
              + ":   "
              + member.address()
              + (member.held() ? " expired " : " expires ")
              + member.expiresAt()
              + (member.held() ? " (held)" : " (in " + remaining(member) + ")")
              + (member.draining() ? " (draining)" : ""));
    }
  }

  private static String remaining(Member member) {
    return DurationText.format(Duration.ofMillis(member.remaining().toMillis()));
  }

  @Override
  public void close() {
    if (ticking != null) {
      ticking.cancel();
    }
  }
}
