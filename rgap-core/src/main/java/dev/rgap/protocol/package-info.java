/**
 * The wire protocol: announcements, how they are laid out, signed and verified. Pure: nothing here
 * reads a clock or touches a socket.
 */
package dev.rgap.protocol;
