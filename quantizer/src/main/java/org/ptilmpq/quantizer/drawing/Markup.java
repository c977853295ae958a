package org.ptilmpq.quantizer.drawing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Writes markup that is well-formed XML and, read as HTML, means the same: every element is closed by its own tag,
 * except those that HTML knows to be empty. Text and attributes are escaped; characters that XML has no place for
 * (controls, halves of a surrogate pair) become U+FFFD, the replacement character.
 */
public final class Markup {

  /** Elements that HTML reads as empty whether they are closed or not. */
  private static final Set<String> EMPTY = Set.of("br", "meta");

  private static final int REPLACEMENT = 0xFFFD;

  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Begins a document.
   *
   * @param prolog what stands before its first element
   */
  public Markup(String prolog) {
    out.append(prolog);
  }

  /**
   * Begins an element.
   *
   * @param attributes name, value, name, value …
   */
  public Markup open(String element, String... attributes) {
    begin(element, attributes);
    open.push(element);
    return this;
  }

  /** Ends the element that was begun last. */
  public Markup close() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  /** An element with nothing but text in it, which may be empty. */
  public Markup leaf(String element, String text, String... attributes) {
    begin(element, attributes);
    if (EMPTY.contains(element)) {
      return this;
    }
    text(text);
    out.append("</").append(element).append('>');
    return this;
  }

  /** Text between elements. */
  public Markup text(String text) {
    escape(text);
    return this;
  }

  /** A line break in the source, for human readers. */
  public Markup line() {
    out.append('\n');
    return this;
  }

  /**
   * A style sheet or script as it is.
   *
   * @throws IllegalArgumentException when XML and HTML would read it differently
   */
  public Markup verbatim(String element, String content) {
    if (content.contains("<") || content.contains("&")) {
      throw new IllegalArgumentException("a " + element + " with < or & is not the same in XML and HTML");
    }
    out.append('<').append(element).append(">\n").append(content).append("</").append(element).append(">\n");
    return this;
  }

  private void begin(String element, String... attributes) {
    out.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      out.append('"');
    }
    out.append(EMPTY.contains(element) ? "/>" : ">");
  }

  private void escape(String text) {
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(isCharacter(c) ? c : REPLACEMENT);
              }
            });
  }

  /** XML 1.0, section 2.2, less the carriage return and C1 controls, which XML and HTML read differently. */
  private static boolean isCharacter(int c) {
    return c == '\t'
        || c == '\n'
        || c >= ' ' && c < 0x7F
        || c >= 0xA0 && c < Character.MIN_SURROGATE
        || c > Character.MAX_SURROGATE && (c & 0xFFFE) != 0xFFFE;
  }

  /**
   * Returns everything that was written.
   *
   * @throws IllegalStateException when an element is still open
   */
  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("still open: " + open);
    }
    return out.toString();
  }
}
