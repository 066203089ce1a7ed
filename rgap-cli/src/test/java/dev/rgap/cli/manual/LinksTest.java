package dev.rgap.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rgap.cli.config.Examples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Links between the project's pages lead to what is there: a file, and a title in it. */
class LinksTest {

  @Test
  void leadSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path page : Examples.pages()) {
      for (Span span : spans(read(page))) {
        String target = span.target();
        if (!target.isEmpty() && !target.contains("://")) {
          links++;
          if (!leads(page, target)) {
            broken.add(Examples.ROOT.relativize(page) + ": " + target);
          }
        }
      }
    }

    assertThat(broken).isEmpty();
    assertThat(links).isGreaterThan(50);
  }

  private static boolean leads(Path page, String target) throws IOException {
    int hash = target.indexOf('#');
    String file = hash < 0 ? target : target.substring(0, hash);
    Path to = file.isEmpty() ? page : page.resolveSibling(file).normalize();
    return Files.exists(to) && (hash < 0 || anchors(read(to)).contains(target.substring(hash + 1)));
  }

  private static List<Block> read(Path page) throws IOException {
    return MarkdownReader.read(Files.readString(page));
  }

  /** What GitHub calls the titles. */
  private static List<String> anchors(List<Block> page) {
    List<String> anchors = new ArrayList<>();
    for (Block block : page) {
      if (block instanceof Block.Heading heading) {
        String title = Span.plain(heading.text()).toLowerCase(Locale.ROOT);
        anchors.add(title.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'));
      }
    }
    return anchors;
  }

  private static List<Span> spans(List<Block> blocks) {
    List<Span> spans = new ArrayList<>();
    for (Block block : blocks) {
      switch (block) {
        case Block.Heading heading -> spans.addAll(heading.text());
        case Block.Paragraph paragraph -> spans.addAll(paragraph.text());
        case Block.Code _ -> {}
        case Block.Items items -> items.items().forEach(item -> spans.addAll(spans(item)));
        case Block.Table table -> table.rows().forEach(row -> row.forEach(spans::addAll));
      }
    }
    return spans;
  }
}
