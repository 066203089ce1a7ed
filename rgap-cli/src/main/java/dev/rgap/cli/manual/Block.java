package dev.rgap.cli.manual;

import java.util.List;

/** A part of a page: what stands on lines of its own. */
sealed interface Block {

  /**
   * The title of what follows.
   *
   * @param level 1 for the title of the page, and so on
   */
  record Heading(int level, List<Span> text) implements Block {}

  /** Text that is filled. */
  record Paragraph(List<Span> text) implements Block {}

  /** Lines that are shown as they are. */
  record Code(List<String> lines) implements Block {}

  /**
   * A list.
   *
   * @param numbered whether its items are counted, from 1, or have bullets
   */
  record Items(boolean numbered, List<List<Block>> items) implements Block {}

  /**
   * A table.
   *
   * @param header the cells of its first line, which may be empty
   * @param rows the others; each has as many cells as the header
   */
  record Table(List<List<Span>> header, List<List<List<Span>>> rows) implements Block {}
}
