package dev.rgap.agent;

import dev.rgap.agent.AgentReport.CheckState;
import dev.rgap.metrics.Metrics;
import dev.rgap.metrics.MetricsSnapshot;
import dev.rgap.metrics.MetricsSnapshot.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** What there is to measure about agents. Those of one group are added up. */
final class AgentNumbers {

  private AgentNumbers() {}

  static void keep(Metrics metrics, Supplier<List<AgentReport>> agents) {
    metrics.family(
        "rgap_agent_addresses",
        MetricsSnapshot.Type.GAUGE,
        "Addresses that are announced.",
        () -> samples(agents, (agent, sums) -> sums.add(agent.addresses().size())));
    metrics.family(
        "rgap_agent_draining",
        MetricsSnapshot.Type.GAUGE,
        "Agents that drain, or have said goodbye as they were drained.",
        () ->
            samples(
                agents,
                (agent, sums) ->
                    sums.add(
                        agent.state() == AgentState.DRAINING || agent.state() == AgentState.DRAINED
                            ? 1
                            : 0)));
    metrics.family(
        "rgap_agent_checks_failing",
        MetricsSnapshot.Type.GAUGE,
        "Checks that fail, or have not passed yet.",
        () ->
            samples(
                agents,
                (agent, sums) ->
                    agent
                        .checks()
                        .forEach(check ->
                            sums.add(
                                check.state() == CheckState.PASSING ? 0 : 1,
                                "check",
                                check.label()))));
    metrics.family(
        "rgap_agent_sources_failing",
        MetricsSnapshot.Type.GAUGE,
        "Sources of addresses that can't tell any now.",
        () ->
            samples(
                agents,
                (agent, sums) ->
                    agent
                        .sources()
                        .forEach(source ->
                            sums.add(
                                source.problem().isPresent() ? 1 : 0, "source", source.label()))));
  }

  /** Numbers by their labels. */
  private static final class Sums {
    private final Map<List<String>, Integer> all = new LinkedHashMap<>();
    private String group = "";

    void add(int number, String... labels) {
      List<String> key = new ArrayList<>(List.of("group", group));
      key.addAll(List.of(labels));
      all.merge(key, number, Integer::sum);
    }
  }

  private static List<Sample> samples(
      Supplier<List<AgentReport>> agents, BiConsumer<AgentReport, Sums> reading) {
    Sums sums = new Sums();
    for (AgentReport agent : agents.get()) {
      sums.group = agent.group().toString();
      reading.accept(agent, sums);
    }
    List<Sample> samples = new ArrayList<>();
    sums.all.forEach((labels, sum) -> samples.add(Sample.of(sum, labels.toArray(String[]::new))));
    return samples;
  }
}
