package dev.rgap.cli.command;

import static java.util.stream.Collectors.joining;

import dev.rgap.agent.AgentReport;
import dev.rgap.agent.AgentReport.Check;
import dev.rgap.agent.AgentReport.CheckState;
import dev.rgap.agent.AgentReport.Source;
import dev.rgap.agent.AgentState;
import dev.rgap.cli.process.ServiceManager;
import dev.rgap.cli.process.Shutdown;
import dev.rgap.protocol.IpAddress;
import dev.rgap.time.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells the service manager how agents are doing: what has changed, at most once a second. */
final class AgentReports {

  /** The name of the scheduler that does it. */
  static final String THREAD = "rgap-manager";

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** How long the start waits for the first announcements: a name may take long to look up. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration LOOK = Duration.ofMillis(20);

  /** More than these are counted. */
  private static final int MOST_NAMED = 3;

  private final ServiceManager manager;
  private final Supplier<List<AgentReport>> reports;
  private final Supplier<String> remark;
  private String told = "";

  private AgentReports(
      ServiceManager manager, Supplier<List<AgentReport>> reports, Supplier<String> remark) {
    this.manager = manager;
    this.reports = reports;
    this.remark = remark;
  }

  /**
   * Begins.
   *
   * @param remark what is to be said besides, or nothing
   * @param scheduler whose thread does all of it
   */
  static void tell(
      ServiceManager manager,
      Supplier<List<AgentReport>> reports,
      Supplier<String> remark,
      Scheduler scheduler) {
    AgentReports all = new AgentReports(manager, reports, remark);
    scheduler.every(PAUSE, all::tell);
  }

  /** What waits until agents have announced for the first time. */
  @FunctionalInterface
  interface FirstRound {
    /** Returns whether they have, after this time at most. */
    boolean await(Duration patience) throws InterruptedException;
  }

  /**
   * Waits until each agent has sent its first announcement, or it is known why it has none to send:
   * ten seconds at most, as what it waits for may wait for it.
   */
  static void awaitFirst(FirstRound first, Shutdown shutdown) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (!first.await(LOOK) && System.nanoTime() < end && !shutdown.requested()) {
        // Once more.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell() {
    String now = text(reports.get());
    String more = remark.get();
    now = more.isEmpty() ? now : now + "; " + more;
    if (!now.equals(told)) {
      told = now;
      manager.status(now);
    }
  }

  /** How agents are doing, in a line. */
  static String text(List<AgentReport> reports) {
    if (reports.isEmpty()) {
      return "announcing nothing";
    }
    if (reports.size() == 1) {
      AgentReport only = reports.getFirst();
      return only.state() == AgentState.ANNOUNCING ? announcing(only) : named(only);
    }
    List<AgentReport> others =
        reports.stream().filter(report -> report.state() != AgentState.ANNOUNCING).toList();
    StringBuilder text = new StringBuilder("announcing ");
    if (!others.isEmpty()) {
      text.append(reports.size() - others.size()).append(" of ");
    }
    text.append(reports.size()).append(" entries");
    others.stream().limit(MOST_NAMED).forEach(report -> text.append("; ").append(named(report)));
    if (others.size() > MOST_NAMED) {
      text.append("; and ").append(others.size() - MOST_NAMED).append(" more");
    }
    return text.toString();
  }

  private static String announcing(AgentReport report) {
    return "announcing "
        + report.addresses().stream().map(IpAddress::toString).collect(joining(", "))
        + " to group "
        + report.group();
  }

  private static String named(AgentReport report) {
    return "group " + report.group() + ": " + why(report);
  }

  private static String why(AgentReport report) {
    return switch (report.state()) {
      case STARTING -> "starting";
      case ANNOUNCING -> "announced";
      case UNHEALTHY -> failing(report);
      case WITHOUT_ADDRESS -> missing(report);
      case DRAINING -> "draining";
      case DRAINED -> "drained";
      case ENDED -> "ended";
    };
  }

  private static String failing(AgentReport report) {
    Optional<Check> first =
        report.checks().stream().filter(check -> check.state() == CheckState.FAILING).findFirst();
    return "not announced: "
        + first
            .map(check -> check.label() + ": " + check.problem().orElse("has failed"))
            .orElse("a check fails");
  }

  private static String missing(AgentReport report) {
    Optional<Source> first =
        report.sources().stream().filter(source -> source.problem().isPresent()).findFirst();
    return "not announced: "
        + first
            .map(source -> source.label() + ": " + source.problem().orElse(""))
            .orElse("there is no address");
  }
}
