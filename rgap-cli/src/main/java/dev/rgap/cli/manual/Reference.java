package dev.rgap.cli.manual;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a link of a page leads to, for those who read it elsewhere. */
sealed interface Reference {

  /** Another page of the manual. */
  record Topic(String name) implements Reference {}

  /** A document that is installed with the program, by its name below the directory of these. */
  record Document(String name) implements Reference {}

  /** A page on the web. */
  record Web(String url) implements Reference {}

  /** A part of the same page, or nothing. */
  record Here() implements Reference {}

  Pattern PAGE_OF_OUTPUT = Pattern.compile("(?:.*/)?([a-z]+)/README\\.md");

  /**
   * What a target means on a page of the manual: pages of outputs lead up to the project's
   * directory, and the others are in {@code docs}.
   */
  static Reference of(String target) {
    String file = target.contains("#") ? target.substring(0, target.indexOf('#')) : target;
    if (file.isEmpty()) {
      return new Here();
    }
    if (file.contains("://")) {
      return new Web(target);
    }
    Matcher output = PAGE_OF_OUTPUT.matcher(file);
    if (output.matches()) {
      return new Topic(output.group(1));
    }
    String above = file.replaceFirst("^(?:\\.\\./)+", "");
    String name = above.equals(file) ? "docs/" + file : above;
    for (String topic : Manual.DOCUMENTS) {
      if (name.equals("docs/" + topic + ".md")) {
        return new Topic(topic);
      }
    }
    return new Document(name);
  }
}
