package org.ptilmpq.quantizer;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.ptilmpq.quantizer.ComparisonResult.Interval;

/**
 * Intervals of means over pictures: as many pictures are drawn with replacement, again and again, and the interval is
 * where 95 % of the means lie (B. Efron, <i>Bootstrap methods: another look at the jackknife</i>, Annals of Statistics
 * 7, 1979; percentile form). Paired: all means are taken of the same drawn pictures, so that the difference of two
 * networks is as certain as their common pictures make it, not as each share by itself.
 */
final class PairedBootstrap {

  private static final int DRAWS = 10_000;
  private static final double TAIL = 0.025;

  /** The same pictures give the same intervals. */
  private static final long SEED = 1;

  private PairedBootstrap() {}

  /**
   * Returns the interval of each mean.
   *
   * @param figures [figure][picture], at least one picture
   */
  static Interval[] intervals(double[][] figures) {
    int pictures = figures[0].length;
    SplittableRandom random = new SplittableRandom(SEED);
    double[][] means = new double[figures.length][DRAWS];
    int[] drawn = new int[pictures];
    for (int draw = 0; draw < DRAWS; draw++) {
      for (int i = 0; i < pictures; i++) {
        drawn[i] = random.nextInt(pictures);
      }
      for (int figure = 0; figure < figures.length; figure++) {
        means[figure][draw] = mean(figures[figure], drawn);
      }
    }
    Interval[] intervals = new Interval[figures.length];
    for (int figure = 0; figure < figures.length; figure++) {
      Arrays.sort(means[figure]);
      int low = (int) (TAIL * DRAWS);
      intervals[figure] = new Interval(means[figure][low], means[figure][DRAWS - 1 - low]);
    }
    return intervals;
  }

  private static double mean(double[] figure, int[] drawn) {
    double sum = 0;
    for (int picture : drawn) {
      sum += figure[picture];
    }
    return sum / drawn.length;
  }
}
