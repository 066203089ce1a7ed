/** Texts as people write and read them: digits, durations, words that were meant. */
package dev.rgap.text;
