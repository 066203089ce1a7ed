package dev.rgap.cli.command;

import dev.rgap.cli.process.ServiceManager;
import dev.rgap.listener.Listener;
import dev.rgap.membership.GroupSnapshot;
import dev.rgap.membership.Membership;
import dev.rgap.protocol.GroupId;
import dev.rgap.time.Scheduler;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Tells the service manager how a listener is: what has changed, at most once a second, and at half
 * of its watchdog's time that the listener is alive, unless something of it hangs.
 */
final class ListenerReports {

  private static final System.Logger LOG = System.getLogger(ListenerReports.class.getName());

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ServiceManager manager;
  private final Listener listener;
  private final Supplier<String> remark;
  private String told = "";
  private volatile List<String> hanging = List.of();

  /**
   * Begins.
   *
   * @param remark what is to be said besides, or nothing
   * @param scheduler whose thread does all of it
   */
  ListenerReports(
      ServiceManager manager, Listener listener, Supplier<String> remark, Scheduler scheduler) {
    this.manager = manager;
    this.listener = listener;
    this.remark = remark;
    Duration half = manager.watchdog().dividedBy(2);
    if (half.isPositive()) {
      scheduler.every(half, () -> feed(half));
    }
    scheduler.every(PAUSE, this::tell);
  }

  private void feed(Duration interval) {
    List<String> found = listener.hanging(interval);
    if (found.isEmpty()) {
      manager.alive();
    } else if (hanging.isEmpty()) {
      LOG.log(
          Level.ERROR,
          "{0}; unless that ends, the service manager starts the listener anew",
          String.join(", ", found));
    }
    hanging = found;
  }

  private void tell() {
    String now = text();
    if (!now.equals(told)) {
      told = now;
      manager.status(now);
    }
  }

  private String text() {
    Membership membership = listener.membership();
    List<GroupId> groups = membership.groups();
    int ready = 0;
    long members = 0;
    for (GroupId group : groups) {
      GroupSnapshot snapshot = membership.snapshot(group);
      ready += snapshot.ready() ? 1 : 0;
      members += snapshot.addresses().size();
    }
    StringBuilder text = new StringBuilder();
    if (ready < groups.size()) {
      text.append(ready).append(" of ").append(count(groups.size(), "group")).append(" ready");
    } else {
      text.append(count(groups.size(), "group"));
    }
    text.append(", ").append(count(members, "member"));
    hanging.forEach(each -> text.append("; ").append(each));
    String more = remark.get();
    return more.isEmpty() ? text.toString() : text.append("; ").append(more).toString();
  }

  private static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
