package dev.rgap.cli.log;

import java.lang.System.Logger.Level;

/**
 * How to log.
 *
 * @param prefix what each line starts with
 * @param level the least level that is logged
 * @param json whether each line is a JSON object
 */
public record LogOptions(String prefix, Level level, boolean json) {}
