package dev.rgap.cli.args;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was given on the command line besides the command: flags with their values, and the rest.
 */
public final class Arguments {

  /** How a flag is switched on and off, as Go has it. */
  static final List<String> TRUE = List.of("true", "1", "t", "T", "TRUE", "True");

  static final List<String> FALSE = List.of("false", "0", "f", "F", "FALSE", "False");

  private final Map<String, List<String>> values = new HashMap<>();
  private final List<String> operands = new ArrayList<>();

  Arguments() {}

  /** The last value of a flag, or null if it was not given. */
  public @Nullable String value(Flag flag) {
    List<String> given = values.get(flag.name());
    return given == null ? null : given.getLast();
  }

  /** All values of a flag, in order. */
  public List<String> values(Flag flag) {
    return values.getOrDefault(flag.name(), List.of());
  }

  /** Whether a flag without a value is on. */
  public boolean isOn(Flag flag) {
    String given = value(flag);
    return given != null && TRUE.contains(given);
  }

  /** The arguments that are neither flags nor their values nor the command. */
  public List<String> operands() {
    return operands;
  }

  void add(Flag flag, String value) {
    List<String> given = values.get(flag.name());
    if (given == null) {
      given = new ArrayList<>();
      values.put(flag.name(), given);
    }
    given.add(value);
  }

  void add(String operand) {
    operands.add(operand);
  }
}
