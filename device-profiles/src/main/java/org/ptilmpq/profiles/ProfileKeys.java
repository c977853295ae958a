package org.ptilmpq.profiles;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The keys that a profile may have. */
final class ProfileKeys {

  /** Before the number of a source. */
  static final String SOURCE = "source.";

  private static final List<String> KEYS =
      List.of(
          "title", "models", "compatible", "revision-types", "cpu.aes", "memory.most", "architecture", "cpu", "cores",
          "clock.mhz", "memory", "simd.bits", "dot-product", "cache.l1d", "cache.l2", "cache.l2.shared", "cache.l3",
          "threads", "memory-cap", "tile.pixels", "tile.kept-pixels", "tile.tables");

  /** The most letters that may differ for a guess to help. */
  private static final int MAX_CHANGES = 3;

  /** Longer than any key; comparing them takes time that grows with the length. */
  private static final int LONGEST = 32;

  private ProfileKeys() {}

  /** The fault of a key, and the key that may have been meant; empty for a known one. */
  static Optional<String> fault(String key) {
    if (KEYS.contains(key) || key.startsWith(SOURCE)) {
      return Optional.empty();
    }
    String fault = "there is no key \"" + Printable.line(key) + "\"";
    return Optional.of(
        fault
            + nearest(key)
                .map(other -> "; did you mean \"" + other + "\"?")
                .orElse("; docs/devices.md lists the keys"));
  }

  private static Optional<String> nearest(String key) {
    if (key.length() > LONGEST) {
      return Optional.empty();
    }
    return KEYS.stream()
        .filter(other -> changes(key, other) <= Math.min(MAX_CHANGES, other.length() / 2))
        .min(Comparator.comparingInt(other -> changes(key, other)));
  }

  /** Levenshtein's distance: letters to insert, delete or replace to make one word of the other. */
  private static int changes(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
