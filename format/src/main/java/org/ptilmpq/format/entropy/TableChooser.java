package org.ptilmpq.format.entropy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Chooses the tables of a layer from how often each level occurs in each context. */
final class TableChooser {

  /** Levels that occur less often than one in this many share the escape. */
  private static final int RARE = 20_000;

  /** Bits that one frequency of a table takes, about. */
  private static final int FREQUENCY_BITS = 6;

  /** Contexts cost time when a file is opened: they have to save this share of the bytes. */
  private static final double MIN_SAVING = 1.0 / 64;

  private static final double LOG_TOTAL = LevelTables.TOTAL_BITS;

  /** Bits of a level after an escape, without the escape itself. */
  private static final int ESCAPED_BITS = 16;

  private TableChooser() {}

  /** Counts of one or more contexts, [most + level] and the escapes. */
  private record Cluster(long[] counts, double bits, List<Integer> contexts) {

    static Cluster of(long[] counts, List<Integer> contexts) {
      return new Cluster(counts, bits(counts), contexts);
    }

    Cluster with(Cluster other) {
      long[] sums = counts.clone();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += other.counts[i];
      }
      List<Integer> all = new ArrayList<>(contexts);
      all.addAll(other.contexts);
      return of(sums, all);
    }

    /** Bits that the levels and the table take together. */
    private static double bits(long[] counts) {
      double total = Arrays.stream(counts).sum();
      double bits = 0;
      for (long count : counts) {
        if (count > 0) {
          bits += count * Math.min(log2(total / count), LOG_TOTAL) + FREQUENCY_BITS;
        }
      }
      return bits + counts[counts.length - 1] * ESCAPED_BITS;
    }
  }

  /**
   * @param levels how often each level occurs, [{@link LevelTables#MAX_LEVEL} + level], and at the end any other
   * @param byContext counts of levels by context, levels turned as the prediction says
   */
  static LevelTables choose(long[] levels, long[][] byContext) {
    int most = most(levels);
    Cluster single = Cluster.of(narrowed(levels, most), List.of());
    List<Cluster> clusters = new ArrayList<>();
    for (int context = 0; context < byContext.length; context++) {
      if (Arrays.stream(byContext[context]).anyMatch(count -> count > 0)) {
        clusters.add(Cluster.of(narrowed(byContext[context], most), List.of(context)));
      }
    }
    merge(clusters);
    double bits = LevelTables.CONTEXTS + clusters.stream().mapToDouble(Cluster::bits).sum();
    boolean pays = clusters.size() > 1 && bits < single.bits * (1 - MIN_SAVING);
    List<Cluster> chosen = pays ? clusters : List.of(single);
    byte[] tableOf = new byte[LevelTables.CONTEXTS];
    int[][] frequencies = new int[chosen.size()][];
    for (int table = 0; table < frequencies.length; table++) {
      frequencies[table] = Frequencies.of(chosen.get(table).counts, most);
      for (int context : chosen.get(table).contexts) {
        tableOf[context] = (byte) table;
      }
    }
    if (pays) {
      fillUnused(tableOf, byContext);
    }
    return new LevelTables(most, tableOf, frequencies);
  }

  /** A context that never occurs takes the table before it: that is the shortest to code. */
  private static void fillUnused(byte[] tableOf, long[][] byContext) {
    byte previous = 0;
    for (int context = 0; context < tableOf.length; context++) {
      if (Arrays.stream(byContext[context]).allMatch(count -> count == 0)) {
        tableOf[context] = previous;
      }
      previous = tableOf[context];
    }
  }

  /** The smallest range that leaves out only rare levels. */
  private static int most(long[] levels) {
    long rare = Arrays.stream(levels).sum() / RARE;
    int zero = LevelTables.MAX_LEVEL;
    long outside = levels[levels.length - 1];
    int most = zero;
    while (most > 0 && outside + levels[zero + most] + levels[zero - most] <= rare) {
      outside += levels[zero + most] + levels[zero - most];
      most--;
    }
    return most;
  }

  private static long[] narrowed(long[] levels, int most) {
    long[] narrow = new long[2 * most + 2];
    System.arraycopy(levels, LevelTables.MAX_LEVEL - most, narrow, 0, 2 * most + 1);
    narrow[2 * most + 1] = Arrays.stream(levels).sum() - Arrays.stream(narrow).sum();
    return narrow;
  }

  /** Joins clusters that are cheaper together, and then as many more as have to be. */
  private static void merge(List<Cluster> clusters) {
    int count = clusters.size();
    double[][] losses = new double[count][count];
    for (int a = 0; a < count; a++) {
      for (int b = 0; b < a; b++) {
        losses[a][b] = loss(clusters.get(a), clusters.get(b));
      }
    }
    // A cluster that has joined another stays as null, so that indices keep their meaning.
    for (int left = count; left > 1; left--) {
      double least = left > LevelTables.MAX_TABLES ? Double.POSITIVE_INFINITY : 0;
      int bestA = -1;
      int bestB = -1;
      for (int a = 0; a < count; a++) {
        for (int b = 0; b < a && clusters.get(a) != null; b++) {
          if (clusters.get(b) != null && losses[a][b] < least) {
            least = losses[a][b];
            bestA = a;
            bestB = b;
          }
        }
      }
      if (bestA < 0) {
        break;
      }
      clusters.set(bestB, clusters.get(bestB).with(clusters.get(bestA)));
      clusters.set(bestA, null);
      for (int other = 0; other < count; other++) {
        if (other != bestB && clusters.get(other) != null) {
          losses[Math.max(other, bestB)][Math.min(other, bestB)] = loss(clusters.get(bestB), clusters.get(other));
        }
      }
    }
    clusters.removeIf(Objects::isNull);
  }

  /** Bits lost, or won if negative, when two share a table. */
  private static double loss(Cluster a, Cluster b) {
    return a.with(b).bits - a.bits - b.bits;
  }

  private static double log2(double x) {
    return StrictMath.log(x) / StrictMath.log(2);
  }

  /** Turns counts into the frequencies of a table. */
  static final class Frequencies {

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
}
