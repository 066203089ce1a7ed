/** The announcing side. */
package dev.rgap.agent;
