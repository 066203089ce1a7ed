package dev.rgap.cli.args;

import dev.rgap.protocol.IpAddress;
import dev.rgap.text.Suggestion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a command line in the notation that Go's pflag has made common:
 *
 * <ul>
 *   <li>{@code --flag value}, {@code --flag=value}, {@code -f value}, {@code -f=value}, {@code
 *       -fvalue}; what follows a flag that takes a value is its value, even with a dash;
 *   <li>{@code --flag}, {@code --flag=true} or {@code --flag=false}, and {@code -abc} for {@code -a
 *       -b -c}, where no value is taken;
 *   <li>flags and other arguments in any order, {@code --} ends the flags.
 * </ul>
 *
 * <p>It looks for the command first, for which flags are known depends on it. Whatever flags stand
 * before it, they are read after it was found:
 *
 * <pre>{@code
 * rgap --log-level debug -g 5 agent -a 192.0.2.1
 *                             '-.-'
 *                           command()
 * }</pre>
 *
 * <p>It is written out, as no small library knows all of this notation (docs/design-decisions.md).
 */
public final class ArgumentParser {

  private final String[] args;
  private final Arguments result = new Arguments();
  private List<Flag> flags;
  private @Nullable String command;

  /** Where the command stands; behind everything if there is none. */
  private int commandAt;

  private boolean flagsEnded;
  private int next;

  /**
   * A parser that has read nothing yet.
   *
   * @param global the flags that every command has
   */
  public ArgumentParser(List<Flag> global, String... args) {
    this.args = args;
    this.flags = global;
    this.commandAt = args.length;
  }

  /**
   * Finds the command. It is the first argument that is neither a flag nor follows one: of a flag
   * whose command is still to come nobody knows whether it takes a value, and most do. So {@code
   * --json sniff} has none, and {@code --json=true sniff} has.
   *
   * @return its name as it was typed, or null if there is none
   * @throws Failure if it looks like a key
   */
  public @Nullable String command() throws Failure {
    boolean ended = false;
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      if (ended || arg.length() < 2 || arg.charAt(0) != '-') {
        Secrets.refuse(arg);
        command = arg;
        commandAt = i;
        break;
      }
      if (arg.equals("--")) {
        ended = true;
      } else if (mayTakeNext(arg)) {
        i++;
      }
    }
    return command;
  }

  /** Whether the argument after a flag may be its value. */
  private boolean mayTakeNext(String arg) {
    Flag flag;
    if (arg.charAt(1) == '-') {
      if (arg.indexOf('=') >= 0) {
        return false;
      }
      flag = byName(arg.substring(2));
    } else {
      if (arg.length() > 2) {
        return false;
      }
      flag = byLetter(arg.charAt(1));
    }
    return flag == null || flag.takesValue();
  }

  /**
   * Reads everything but the command.
   *
   * @param own the flags of the command
   * @param takesOperand whether it takes an argument besides flags
   * @throws Failure at the first argument that can't be understood
   */
  public void rest(List<Flag> own, boolean takesOperand) throws Failure {
    List<Flag> all = new ArrayList<>(own);
    all.addAll(flags);
    flags = all;
    while (next < args.length) {
      int at = next;
      String arg = args[next++];
      if (at != commandAt && !flag(arg)) {
        Secrets.refuse(arg);
        if (!takesOperand || !result.operands().isEmpty()) {
          throw unexpected(arg);
        }
        result.add(arg);
      }
    }
  }

  /** What was read so far. */
  public Arguments arguments() {
    return result;
  }

  /** Takes an argument, and its value if need be, if it is a flag or ends the flags. */
  private boolean flag(String arg) throws Failure {
    if (flagsEnded || arg.length() < 2 || arg.charAt(0) != '-') {
      return false;
    }
    if (arg.equals("--")) {
      flagsEnded = true;
    } else if (arg.charAt(1) == '-') {
      longFlag(arg);
    } else {
      shortFlags(arg);
    }
    return true;
  }

  private void longFlag(String arg) throws Failure {
    int equals = arg.indexOf('=');
    String name = equals < 0 ? arg.substring(2) : arg.substring(2, equals);
    Flag flag = byName(name);
    if (flag == null) {
      throw unknown("--" + name, name);
    }
    if (equals >= 0) {
      take(flag, arg.substring(equals + 1));
    } else if (flag.takesValue()) {
      takeNext(flag);
    } else {
      take(flag, "true");
    }
  }

  private void shortFlags(String arg) throws Failure {
    for (int i = 1; i < arg.length(); i++) {
      Flag flag = byLetter(arg.charAt(i));
      boolean last = i == arg.length() - 1;
      if (flag == null) {
        // Only the letter is shown: what follows may be the value of a mistyped flag.
        throw unknown("-" + arg.charAt(i), i == 1 ? arg.substring(1) : "");
      }
      boolean assigned = !last && arg.charAt(i + 1) == '=';
      if (assigned || (!last && flag.takesValue())) {
        take(flag, arg.substring(assigned ? i + 2 : i + 1));
        return;
      }
      if (flag.takesValue()) {
        takeNext(flag);
      } else {
        take(flag, "true");
      }
    }
  }

  private void takeNext(Flag flag) throws Failure {
    if (next == args.length || next == commandAt) {
      throw new Failure("--" + flag.name() + " needs a value (" + flag.label() + ")");
    }
    take(flag, args[next++]);
  }

  private void take(Flag flag, String value) throws Failure {
    if (!flag.takesValue() && !Arguments.TRUE.contains(value) && !Arguments.FALSE.contains(value)) {
      throw new Failure("--" + flag.name() + " takes no value but true or false");
    }
    // The names of files may contain digests, as those of containers do.
    boolean path = flag.accepts() == Flag.Accepts.FILE && value.indexOf('/') >= 0;
    if (flag.accepts() != Flag.Accepts.SECRET && !path) {
      Secrets.refuse("--".concat(flag.name()), value);
    }
    if (flag.accepts() == Flag.Accepts.TEXTS) {
      Secrets.refuseInAddress("--".concat(flag.name()), value);
    }
    result.add(flag, value);
  }

  private @Nullable Flag byName(String name) {
    for (Flag flag : flags) {
      if (flag.name().equals(name)) {
        return flag;
      }
    }
    return null;
  }

  private @Nullable Flag byLetter(char letter) {
    for (Flag flag : flags) {
      if (flag.letter() == letter && flag.hasLetter()) {
        return flag;
      }
    }
    return null;
  }

  /** An argument that there is no place for; the flag that it most likely belongs to is named. */
  private Failure unexpected(String arg) {
    boolean file = arg.indexOf('/') >= 0 || arg.indexOf('.') >= 0;
    boolean address = isAddress(arg);
    for (Flag flag : flags) {
      if (address && flag.label().equals("ADDRESS")) {
        return new Failure(
            "unexpected argument '" + arg + "'; an address is given by -" + flag.letter() + " IP");
      }
      if (file && flag.accepts() == Flag.Accepts.FILE && flag.hasLetter()) {
        return new Failure(
            "unexpected argument '" + arg + "'; a file is named by -" + flag.letter() + " FILE");
      }
    }
    return new Failure("unexpected argument '" + arg + "'" + seeHelp());
  }

  private static boolean isAddress(String text) {
    try {
      IpAddress.parse(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private Failure unknown(String shown, String typed) {
    List<String> names = new ArrayList<>();
    for (Flag flag : flags) {
      names.add(flag.name());
    }
    String nearest = Suggestion.question(typed, names, "--", "");
    String place = next <= commandAt ? " before the command" : "";
    return new Failure(
        "unknown flag " + shown + place + (nearest.isEmpty() ? seeHelp() : "; " + nearest));
  }

  private String seeHelp() {
    return "; see rgap" + (command == null ? "" : " " + command) + " --help";
  }
}
