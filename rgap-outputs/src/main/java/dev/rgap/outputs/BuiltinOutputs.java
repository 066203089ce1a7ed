package dev.rgap.outputs;

import dev.rgap.output.OutputType;
import dev.rgap.outputs.command.CommandType;
import dev.rgap.outputs.dns.DnsType;
import dev.rgap.outputs.eventlog.EventLogType;
import dev.rgap.outputs.hostsfile.HostsFileType;
import dev.rgap.outputs.log.LogType;
import dev.rgap.outputs.noop.NoopType;
import dev.rgap.outputs.template.TemplateType;
import java.util.List;

/** The one list of the outputs that come with rgap. */
public final class BuiltinOutputs {

  private BuiltinOutputs() {}

  /** A fresh list of all kinds. */
  public static List<OutputType<?>> types() {
    return List.of(
        new CommandType(),
        new DnsType(),
        new EventLogType(),
        new HostsFileType(),
        new LogType(),
        new NoopType(),
        new TemplateType());
  }
}
