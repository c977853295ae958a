package org.ptilmpq.quantizer.secondorder;

/**
 * The level with the least error² + λ·bits among those from the nearest one down to zero. As bits never fall away from
 * zero, no level beyond the nearest is better, so that this is the least of all levels.
 */
public final class RateAwareLevels implements LevelRule {

  private final NearestLevels nearest;
  private final float[] lambda;
  private final LevelBits[] bits;

  /**
   * @param nearest bounds of the rows, which must let zero in
   * @param lambda what a bit is worth in each row, in mean squared error of the layer's output; not negative
   * @param bits the rows' tables; rows may share one
   */
  public RateAwareLevels(NearestLevels nearest, float[] lambda, LevelBits[] bits) {
    this.nearest = nearest;
    this.lambda = lambda.clone();
    this.bits = bits.clone();
    for (int row = 0; row < lambda.length; row++) {
      if (!(lambda[row] >= 0) || lambda[row] == Float.POSITIVE_INFINITY) {
        throw new IllegalArgumentException("row " + row + ": a bit can't be worth " + lambda[row]);
      }
    }
  }

  @Override
  public void choose(float[] wanted, int row, int count, float[] steps, float curvature, float[] levels) {
    nearest.choose(wanted, row, count, steps, curvature, levels);
    for (int i = 0; i < count; i++) {
      if (levels[i] != 0 && lambda[row + i] != 0) {
        double unit = (double) curvature * steps[row + i] * steps[row + i];
        levels[i] = cheapest(wanted[i], (int) levels[i], unit, lambda[row + i], bits[row + i]);
      }
    }
  }

  /** Walks towards zero, until the error alone costs more than the best so far. */
  private static int cheapest(double wanted, int nearest, double unit, double lambda, LevelBits bits) {
    int best = nearest;
    double least = unit * square(wanted - nearest) + lambda * bits.of(nearest);
    int towardsZero = -Integer.signum(nearest);
    for (int level = nearest; level != 0; ) {
      level += towardsZero;
      double error = unit * square(wanted - level);
      if (error >= least) {
        break;
      }
      double cost = error + lambda * bits.of(level);
      if (cost < least) {
        least = cost;
        best = level;
      }
    }
    return best;
  }

  private static double square(double x) {
    return x * x;
  }
}
