package dev.rgap.outputs.hostsfile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rgap.host.files.ManagedFile;
import dev.rgap.host.files.WantedOwnership;
import dev.rgap.membership.Membership;
import dev.rgap.output.FileOutput;
import dev.rgap.output.OutputContext;
import dev.rgap.outputs.publish.FilePublisher;
import dev.rgap.outputs.publish.FileStats;
import dev.rgap.outputs.publish.MappedGroup;
import dev.rgap.protocol.IpAddress;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Keeps a file of addresses and host names. */
final class HostsFileOutput implements FileOutput {

  /** The longest file that a section is managed of, in bytes: it is held in memory as a whole. */
  static final int GREATEST_FILE = 16 << 20;

  private final HostsFileType.Config config;
  private final Membership membership;
  private final ManagedFile file;
  private final FilePublisher publisher;

  HostsFileOutput(HostsFileType.Config config, OutputContext context) {
    this.config = config;
    this.membership = context.membership();
    this.file = new ManagedFile(config.filename(), WantedOwnership.KEPT, config.placement());
    this.publisher =
        new FilePublisher(
                context,
                file,
                config.mappings().stream()
                    .map(mapping -> mapping.group().group())
                    .collect(Collectors.toSet()),
                config.debounce(),
                config.interval(),
                this::render)
            .waitForUnknown();
  }

  @Override
  public void start() {
    publisher.start();
  }

  @Override
  public byte[] render() throws IOException {
    StringBuilder text = new StringBuilder();
    addLines(config.prependLines(), text);
    for (HostsFileType.Mapping mapping : config.mappings()) {
      MappedGroup.Addresses found = mapping.group().addresses(membership);
      for (IpAddress address : found.addresses()) {
        text.append(address)
            .append(' ')
            .append(mapping.hostname())
            .append(found.fallback() ? " # fallback\n" : "\n");
      }
    }
    addLines(config.appendLines(), text);
    byte[] lines = text.toString().getBytes(UTF_8);
    if (!config.section()) {
      return lines;
    }
    Optional<byte[]> present = file.read(GREATEST_FILE);
    return present.isEmpty()
        ? lines
        : new Section(config.prependLines(), config.appendLines())
            .replace(present.get(), lines, config.filename());
  }

  private static void addLines(List<String> lines, StringBuilder text) {
    lines.forEach(line -> text.append(line).append('\n'));
  }

  FileStats stats() {
    return publisher.stats();
  }

  @Override
  public void close() {
    publisher.close();
  }
}
