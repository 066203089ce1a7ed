package consumer;

import dev.rgap.agent.Agent;
import dev.rgap.agent.AgentConfig;
import dev.rgap.listener.Listener;
import dev.rgap.listener.ListenerConfig;
import dev.rgap.membership.GroupConfig;
import dev.rgap.protocol.GroupId;
import dev.rgap.protocol.IpAddress;
import dev.rgap.protocol.PreSharedKey;
import dev.rgap.transport.ConfiguredSource;
import dev.rgap.transport.Endpoint;
import dev.rgap.transport.UdpSink;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/** A listener and an agent in one process: ends well if the one sees the other. */
final class Embedding {

  private Embedding() {}

  public static void main(String[] args) throws Exception {
    Endpoint endpoint = Endpoint.parse("127.0.0.1:" + freePort());
    GroupId group = GroupId.parse("1000");
    PreSharedKey key = PreSharedKey.generate(new SecureRandom());
    Duration expire = Duration.ofSeconds(30);
    GroupConfig groupConfig = GroupConfig.of(group, key, expire);
    IpAddress address = IpAddress.parse("192.0.2.1");
    AgentConfig agentConfig = new AgentConfig(group, address, key, Duration.ZERO);

    try (Listener listener =
            Listener.builder(
                    ListenerConfig.of(
                        List.of(ConfiguredSource.udp(endpoint)), List.of(groupConfig), List.of()))
                .build();
        Agent agent = Agent.builder(agentConfig).sink(new UdpSink(endpoint)).build()) {
      listener.start();
      if (!agent.announceOnce().isEmpty()) {
        throw new AssertionError("not sent");
      }
      List<IpAddress> members = List.of();
      for (int i = 0; i < 200 && members.isEmpty(); i++) {
        Thread.sleep(50);
        members = listener.membership().snapshot(group).addresses();
      }
      if (!members.equals(List.of(address))) {
        throw new AssertionError("the members are " + members);
      }
      System.out.println("members: " + members);
    }
  }

  private static int freePort() throws Exception {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      return socket.getLocalPort();
    }
  }
}
