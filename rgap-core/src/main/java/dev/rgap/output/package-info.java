/**
 * The interface that outputs implement: what takes the membership and hands it on. Outputs know
 * neither sockets of announcements nor configuration files, and nothing calls them but this.
 */
package dev.rgap.output;
