package org.ptilmpq.format.entropy;

import java.util.Arrays;

/** Turns counts into the frequencies of a table. */
final class Frequencies {

  private Frequencies() {}

  /**
   * Frequencies that add up to 4096: at least 1 for what occurs, none for what doesn't (but level 0), of few
   * significant bits; level 0 has what is left.
   *
   * @param counts [most + level] and the escapes, not all 0
   */
  static int[] of(long[] counts, int most) {
    long total = Arrays.stream(counts).sum();
    int[] frequencies = new int[counts.length];
    int left = LevelTables.TOTAL;
    for (int i = 0; i < counts.length; i++) {
      if (i != most && counts[i] > 0) {
        frequencies[i] = rounded(Math.max(1, Math.round((double) counts[i] * LevelTables.TOTAL / total)));
        left -= frequencies[i];
      }
    }
    int least = counts[most] > 0 ? 1 : 0;
    while (left < least) {
      int largest = largest(frequencies);
      int lower = lower(frequencies[largest]);
      left += frequencies[largest] - lower;
      frequencies[largest] = lower;
    }
    frequencies[most] = left;
    return frequencies;
  }

  private static int largest(int[] frequencies) {
    int largest = 0;
    for (int i = 1; i < frequencies.length; i++) {
      largest = frequencies[i] > frequencies[largest] ? i : largest;
    }
    return largest;
  }

  /** Rounds to the nearest number of few significant bits, below 4096. */
  private static int rounded(long frequency) {
    int unit = unit((int) frequency);
    int near = (int) ((frequency + unit / 2) / unit * unit);
    return near < LevelTables.TOTAL ? near : lower(LevelTables.TOTAL);
  }

  /** The next smaller number of few significant bits. */
  private static int lower(int frequency) {
    return frequency - Math.max(1, unit(frequency - 1));
  }

  private static int unit(int frequency) {
    return 1 << Math.max(0, Numbers.length(frequency) - LevelTables.PRECISION);
  }
}
