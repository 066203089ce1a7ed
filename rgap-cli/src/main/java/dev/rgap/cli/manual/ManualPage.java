package dev.rgap.cli.manual;

import java.util.List;
import java.util.Locale;

/** A page as a manual page of section 5. */
final class ManualPage {

  private static final int SECTION = 5;

  private final Roff roff;

  /** Whether there was something after the last title. */
  private boolean begun;

  private ManualPage(Roff roff) {
    this.roff = roff;
  }

  static String of(String topic, List<Block> page, String version) {
    String title =
        page.getFirst() instanceof Block.Heading heading ? Span.plain(heading.text()) : topic;
    Roff roff = new Roff(Manual.pageName(topic), SECTION, "rgap " + version, summary(topic, title));
    ManualPage manual = new ManualPage(roff);
    roff.heading("DESCRIPTION");
    manual.blocks(page.subList(1, page.size()));
    manual.ending(topic);
    return roff.toString();
  }

  /** The title without the name of the topic, as the line that says what a page is about has it. */
  private static String summary(String topic, String title) {
    String name = topic + ": ";
    String about = title.startsWith(name) ? title.substring(name.length()) : title;
    return about.substring(0, 1).toLowerCase(Locale.ROOT) + about.substring(1);
  }

  private void blocks(List<Block> blocks) {
    for (Block block : blocks) {
      switch (block) {
        case Block.Heading heading -> heading(heading);
        case Block.Paragraph paragraph -> {
          paragraph();
          roff.line(line(paragraph.text()));
        }
        case Block.Code code -> {
          paragraph();
          roff.line(".in +4n");
          roff.example(code.lines());
          roff.line(".in");
        }
        case Block.Items items -> items(items);
        case Block.Table table -> {
          for (Entry entry : Entry.of(table)) {
            roff.macro("TP");
            roff.line(line(entry.tag()));
            roff.line(line(entry.text()));
          }
        }
      }
      begun = !(block instanceof Block.Heading);
    }
  }

  /** Sections have their titles in capitals, but for what is quoted in them. */
  private void heading(Block.Heading heading) {
    boolean section = heading.level() < 3;
    StringBuilder title = new StringBuilder();
    for (Span span : heading.text()) {
      boolean quoted = span.style() == Span.Style.CODE;
      title.append(section && !quoted ? span.text().toUpperCase(Locale.ROOT) : span.text());
    }
    roff.macro(section ? "SH" : "SS", title.toString());
  }

  /** Begins a paragraph, which what follows a title does by itself. */
  private void paragraph() {
    if (begun) {
      roff.macro("PP");
    }
  }

  private void items(Block.Items items) {
    int number = 0;
    for (List<Block> item : items.items()) {
      String mark = items.numbered() ? ++number + "." : "\\(bu";
      for (Block block : item) {
        if (block instanceof Block.Paragraph paragraph) {
          roff.line(".IP " + mark + " 4");
          roff.line(line(paragraph.text()));
        } else if (block instanceof Block.Code code) {
          roff.line(".IP " + mark + " 4");
          roff.example(code.lines());
        } else {
          roff.macro("RS", "4");
          blocks(List.of(block));
          roff.macro("RE");
        }
        mark = "\"\"";
      }
    }
  }

  private void ending(String topic) {
    roff.heading("FILES");
    roff.item(
        "\\fI/usr/share/doc/rgap\\fR",
        "where packages put the documents that this page is one of, and those it names");
    roff.heading("SEE ALSO");
    roff.line(Roff.page("rgap", 1) + ",");
    roff.line(Roff.page("rgap-check", 1) + ",");
    roff.line(
        switch (topic) {
          case Manual.CONFIGURATION -> Roff.page("rgap-listener", 1);
          case Manual.AGENT_FILE -> Roff.page("rgap-agent", 1);
          default -> Roff.page(Manual.pageName(Manual.CONFIGURATION), SECTION);
        });
  }

  /** A line of text with its looks, and what its links lead to. */
  private static String line(List<Span> spans) {
    StringBuilder line = new StringBuilder();
    for (Span span : spans) {
      String text = Roff.escape(span.text());
      String shown =
          switch (span.style()) {
            case PLAIN -> text;
            case CODE, STRONG -> "\\fB" + text + "\\fR";
            case EMPHASIS -> "\\fI" + text + "\\fR";
          };
      line.append(
          switch (Reference.of(span.target())) {
            case Reference.Topic topic -> topic(topic.name(), span.text(), shown);
            case Reference.Document document ->
                shown + " (\\fI" + Roff.escape(document.name()) + "\\fR)";
            case Reference.Web web -> shown + " (\\fI" + Roff.escape(web.url()) + "\\fR)";
            case Reference.Here here -> shown;
          });
    }
    return line.isEmpty() ? "\\&" : line.toString();
  }

  private static String topic(String name, String text, String shown) {
    String page = Roff.page(Manual.pageName(name), SECTION);
    return text.equals(name) ? page : shown + " (" + page + ")";
  }
}
