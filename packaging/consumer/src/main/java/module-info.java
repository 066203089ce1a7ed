/** A program that embeds rgap. */
module consumer {
  requires dev.rgap.core;
}
