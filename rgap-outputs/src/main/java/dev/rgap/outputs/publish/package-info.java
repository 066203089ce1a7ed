/** What outputs that publish state share: when to publish, trying again, saying it once. */
package dev.rgap.outputs.publish;
