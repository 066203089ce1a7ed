/** Programs that are run to their end, with time-outs that hold for their children, too. */
package dev.rgap.host.programs;
