/** The seams to time: a clock to read and a scheduler to be called by. */
package dev.rgap.time;
