/** The outputs that come with rgap, and their registration. */
package dev.rgap.outputs;
