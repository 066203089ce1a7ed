/** Load generators and benchmarks of whole processes. */
@org.jspecify.annotations.NullMarked
module dev.rgap.benchmarks {
  requires static org.jspecify;
  requires dev.rgap.core;
}
