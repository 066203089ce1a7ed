package dev.rgap.cli;

import java.lang.System.Logger.Level;

/**
 * How to log.
 *
 * @param prefix what each line starts with
 * @param level the least level that is logged
 * @param json whether each line is a JSON object
 */
record LogOptions(String prefix, Level level, boolean json) {}
