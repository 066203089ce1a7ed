/** The {@code rgap} command. */
@org.jspecify.annotations.NullMarked
module dev.rgap.cli {
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;
  requires com.fasterxml.jackson.core;
  requires org.commonmark;
  requires org.commonmark.ext.gfm.tables;
  requires org.snakeyaml.engine;
  requires dev.rgap.core;
  requires dev.rgap.http;
  requires dev.rgap.outputs;
  requires dev.rgap.worker;
  requires jdk.unsupported; // for signals

  provides System.LoggerFinder with
      dev.rgap.cli.log.StderrLoggerFinder;
}
