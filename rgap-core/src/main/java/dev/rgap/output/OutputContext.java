package dev.rgap.output;

import dev.rgap.membership.Membership;
import dev.rgap.membership.MembershipEvent;
import dev.rgap.protocol.GroupId;
import dev.rgap.time.Scheduler;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What an output is given to work with.
 *
 * @param name tells this output from others in logs and metrics, such as {@code outputs[0] (log)}
 * @param membership who is a member of what
 * @param scheduler this output's own thread; closed after the output
 */
public record OutputContext(String name, Membership membership, Scheduler scheduler) {

  /** Hands what happens to these groups to the output, on its own thread. */
  public Membership.Subscription subscribe(
      Set<GroupId> groups, Consumer<? super MembershipEvent> subscriber) {
    return membership.subscribe(groups, scheduler, subscriber);
  }
}
