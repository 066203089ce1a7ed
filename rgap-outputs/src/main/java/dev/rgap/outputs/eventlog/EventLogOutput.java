package dev.rgap.outputs.eventlog;

import dev.rgap.membership.Membership;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.membership.MembershipEvent.Draining;
import dev.rgap.membership.MembershipEvent.Joined;
import dev.rgap.membership.MembershipEvent.Left;
import dev.rgap.membership.MembershipEvent.Ready;
import dev.rgap.membership.MembershipEvent.State;
import dev.rgap.output.Output;
import dev.rgap.output.OutputContext;
import dev.rgap.protocol.GroupId;
import java.lang.System.Logger.Level;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Writes each join and leave to the log, in order. */
final class EventLogOutput implements Output {

  private static final System.Logger LOG = System.getLogger(EventLogOutput.class.getName());

  private final EventLogType.Config config;
  private final OutputContext context;
  private Membership.@Nullable Subscription subscription;

  EventLogOutput(EventLogType.Config config, OutputContext context) {
    this.config = config;
    this.context = context;
  }

  @Override
  public void start() {
    subscription =
        config.only().isPresent()
            ? context.subscribe(config.only().get(), this::log)
            : context.subscribeAll(this::log);
  }

  private void log(MembershipEvent event) {
    if (event instanceof Joined joined) {
      LOG.log(Level.INFO, "host " + joined.address() + " has joined group " + joined.group());
    } else if (event instanceof Draining draining) {
      LOG.log(
          Level.INFO,
          "host "
              + draining.address()
              + (draining.begun() ? " drains" : " drains no more")
              + " in group "
              + draining.group());
    } else if (event instanceof Left left) {
      LOG.log(Level.INFO, "host " + left.address() + " has left group " + left.group());
    } else if (event instanceof Ready ready) {
      LOG.log(Level.INFO, "group " + ready.group() + " is READY");
    } else if (event instanceof State state && state.missed() > 0) {
      LOG.log(
          Level.WARNING,
          "events came faster than they could be logged; "
              + state.missed()
              + " of them are missing here. Now: "
              + present(state));
    }
  }

  /** One line, however many groups there are: only the first of their states counts the loss. */
  private String present(State first) {
    Collection<GroupId> groups =
        config.only().isPresent() ? config.only().get() : context.membership().groups();
    if (groups.size() == 1) {
      return first.snapshot().toString();
    }
    long members = 0;
    for (GroupId group : groups) {
      members += context.membership().snapshot(group).addresses().size();
    }
    return "groups: " + groups.size() + ", members: " + members;
  }

  @Override
  public void close() {
    if (subscription != null) {
      subscription.close();
    }
  }
}
