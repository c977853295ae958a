package org.ptilmpq.profiles;

/** Text from outside as it may go to a terminal: one line, no control characters, not endless. */
final class Printable {

  private static final int LONGEST = 120;

  private Printable() {}

  /** Returns the text without what can't be seen, cut where it is longer than a name can be. */
  static String line(String text) {
    String head = text.length() > 2 * LONGEST ? text.substring(0, 2 * LONGEST) : text;
    String visible = head.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Co}\\p{Cs}\\x{FFFD}\\p{Zl}\\p{Zp}]+", " ").strip();
    return visible.length() > LONGEST ? visible.substring(0, LONGEST) + "…" : visible;
  }
}
