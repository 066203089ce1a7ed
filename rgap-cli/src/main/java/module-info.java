/** The {@code rgap} command. */
@org.jspecify.annotations.NullMarked
module dev.rgap.cli {
  requires static org.jspecify;
  requires com.fasterxml.jackson.core;
  requires org.snakeyaml.engine;
  requires dev.rgap.core;
  requires dev.rgap.outputs;

  provides System.LoggerFinder with
      dev.rgap.cli.log.StderrLoggerFinder;
}
