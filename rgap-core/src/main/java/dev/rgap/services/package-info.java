/** What other jars add. */
package dev.rgap.services;
