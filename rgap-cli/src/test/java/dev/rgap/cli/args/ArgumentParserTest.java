package dev.rgap.cli.args;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The notation of Go's pflag, form by form. */
class ArgumentParserTest {

  private static final Flag GLOBAL = Flag.text("prefix", Flag.NO_LETTER, "TEXT", "");
  private static final Flag ON = Flag.toggle("on", 'o', "");
  private static final Flag ALL = Flag.toggle("all", 'a', "");
  private static final Flag GROUP = Flag.text("group", 'g', "ID", "");
  private static final Flag DST = Flag.texts("dst", 'd', "HOST", "");
  private static final List<Flag> OWN = List.of(ON, ALL, GROUP, DST);

  /**
   * What was understood, as {@code command name=value|value operand}, in the order of the flags.
   */
  private static String parse(String line) throws Failure {
    ArgumentParser parser =
        new ArgumentParser(List.of(GLOBAL), line.isEmpty() ? new String[0] : line.split(" ", -1));
    List<String> understood = new ArrayList<>();
    String command = parser.command();
    if (command != null) {
      understood.add(command);
    }
    parser.rest(command == null ? List.of() : OWN, true);
    List<Flag> flags = new ArrayList<>(OWN);
    flags.add(GLOBAL);
    for (Flag flag : flags) {
      List<String> values = parser.arguments().values(flag);
      if (!values.isEmpty()) {
        understood.add(flag.name() + "=" + String.join("|", values));
      }
    }
    understood.addAll(parser.arguments().operands());
    return String.join(" ", understood);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ',',
      value = {
        // how a value is given
        "run --group 5,            run group=5",
        "run --group=5,            run group=5",
        "run --group=,             run group=",
        "run --group=a=b,          run group=a=b",
        "run -g 5,                 run group=5",
        "run -g=5,                 run group=5",
        "run -g5,                  run group=5",
        "run -group 5,             run group=roup 5",
        // whatever follows is the value
        "run --group -5s,          run group=-5s",
        "run --group -o,           run group=-o",
        "run --group --on,         run group=--on",
        "run -g --,                run group=--",
        "run -g - x,               run group=- x",
        // on and off
        "run --on,                 run on=true",
        "run --on=false,           run on=false",
        "run --on x,               run on=true x",
        "run -o=true,              run on=true",
        "run -o=false,             run on=false",
        // several letters
        "run -oa,                  run on=true all=true",
        "run -oag5,                run on=true all=true group=5",
        "run -oag 5,               run on=true all=true group=5",
        "run -oag=5,               run on=true all=true group=5",
        "run -oa=false,            run on=true all=false",
        // order, repetition, the end of the flags
        "--prefix x run,           run prefix=x",
        "--prefix run run,         run prefix=run",
        "run --prefix x,           run prefix=x",
        "--prefix x run --prefix y, run prefix=x|y",
        "run x --on,               run on=true x",
        "run -d a --dst b -d=c,    run dst=a|b|c",
        "run -- --on,              run --on",
        "run -,                    run -",
        "-- run -,                 run -",
        "--prefix x,               prefix=x",
        // before the command, as cobra finds it
        "--group 5 run,            run group=5",
        "--group=5 run,            run group=5",
        "-g 5 run,                 run group=5",
        "-g5 run,                  run group=5",
        "-g=5 run,                 run group=5",
        "-g -5s run -o,            run on=true group=-5s",
        "-g run run,               run group=run",
        "-d a run -d b,            run dst=a|b",
        "--on=true run x,          run on=true x",
        "-oa run,                  run on=true all=true",
        "--prefix x -g 5 run y,    run group=5 prefix=x y",
        // on and off in Go's words
        "run --on=1,               run on=1",
        "run --on=F,               run on=F",
      })
  void understands(String line, String expected) throws Failure {
    assertThat(parse(line)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"1, true", "T, true", "TRUE, true", "0, false", "f, false", "False, false"})
  void goHasManyWordsForOnAndOff(String word, boolean on) throws Failure {
    ArgumentParser parser = new ArgumentParser(List.of(), "run", "--on=" + word);
    parser.command();
    parser.rest(OWN, false);

    assertThat(parser.arguments().isOn(ON)).isEqualTo(on);
  }

  @Test
  void nothingIsNoCommandButAnEmptyWordIsOne() throws Failure {
    assertThat(new ArgumentParser(List.of()).command()).isNull();
    assertThat(new ArgumentParser(List.of(), "").command()).isEmpty();
  }

  @Test
  void theLastValueCounts() throws Failure {
    ArgumentParser parser = new ArgumentParser(List.of(), "run", "-g1", "-o", "-g2", "-o=false");
    parser.command();
    parser.rest(OWN, false);

    assertThat(parser.arguments().value(GROUP)).isEqualTo("2");
    assertThat(parser.arguments().isOn(ON)).isFalse();
    assertThat(parser.arguments().value(DST)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--prefx x run   | unknown flag --prefx before the command; did you mean --prefix?",
        "--grup 5 run    | unknown flag --grup before the command; did you mean --group?",
        "-z run          | unknown flag -z before the command; see rgap --help",
        "-oag run        | --group needs a value (ID)",
        "run --gruop=5   | unknown flag --gruop; did you mean --group?",
        "run --gro 5     | unknown flag --gro; see rgap run --help",
        "run -z          | unknown flag -z; see rgap run --help",
        "run -zvalue     | unknown flag -z; see rgap run --help",
        "run -oz         | unknown flag -z; see rgap run --help",
        "run -all        | unknown flag -l; see rgap run --help",
        "run --group     | --group needs a value (ID)",
        "run -og         | --group needs a value (ID)",
        "run --on=maybe  | --on takes no value but true or false",
        "run -o=         | --on takes no value but true or false",
        "run x y         | unexpected argument 'y'; see rgap run --help",
      })
  void saysWhatItDoesNotUnderstand(String line, String message) {
    assertThatThrownBy(() -> parse(line)).isInstanceOf(Failure.class).hasMessage(message);
  }
}
