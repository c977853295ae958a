package org.ptilmpq.quantizer.faithful;

import java.util.Arrays;

/**
 * The magnitudes of one channel's weights in ascending order, with running sums, so that the error of a grid that is
 * symmetric around zero takes one binary search per level instead of a pass over all weights.
 */
final class SortedMagnitudes {

  private final double[] magnitudes;

  /** Running sums over the magnitudes before an index of h, h·a and h·a², a the magnitude and h its importance. */
  private final double[] weight;

  private final double[] first;
  private final double[] second;

  /**
   * @param weights of all channels, finite
   * @param from index of the channel's first weight
   * @param importance one for each of the channel's weights, not negative
   */
  SortedMagnitudes(float[] weights, int from, float[] importance) {
    int count = importance.length;
    long[] keyed = new long[count];
    for (int k = 0; k < count; k++) {
      // The bits of a float that isn't negative sort as the float does.
      keyed[k] = (long) Float.floatToRawIntBits(Math.abs(weights[from + k])) << Integer.SIZE | k;
    }
    Arrays.sort(keyed);
    magnitudes = new double[count];
    weight = new double[count + 1];
    first = new double[count + 1];
    second = new double[count + 1];
    for (int i = 0; i < count; i++) {
      double a = Float.intBitsToFloat((int) (keyed[i] >> Integer.SIZE));
      double h = importance[(int) keyed[i]];
      magnitudes[i] = a;
      weight[i + 1] = weight[i] + h;
      first[i + 1] = first[i] + h * a;
      second[i + 1] = second[i] + h * a * a;
    }
  }

  /** Number of weights. */
  int count() {
    return magnitudes.length;
  }

  /** The greatest magnitude; 0 when there is no weight. */
  double greatest() {
    return magnitudes.length == 0 ? 0 : magnitudes[magnitudes.length - 1];
  }

  /** Σ h (a − s · level)², each magnitude at its nearest level. */
  double error(double scale, RegionGrid grid) {
    double error = 0;
    int index = 0;
    for (int code = 0; index < magnitudes.length; code++) {
      int end = endOf(code, index, scale, grid);
      double level = scale * grid.level(code);
      error +=
          second[end] - second[index] - 2 * level * (first[end] - first[index])
              + level * level * (weight[end] - weight[index]);
      index = end;
    }
    return Math.max(0, error);
  }

  /**
   * Returns the best scale for the levels that magnitudes have at a given one: Σ h a level / Σ h level², or that scale
   * itself when every level is 0.
   */
  double leastSquares(double scale, RegionGrid grid) {
    double product = 0;
    double squares = 0;
    int index = 0;
    for (int code = 0; index < magnitudes.length; code++) {
      int end = endOf(code, index, scale, grid);
      double level = grid.level(code);
      product += level * (first[end] - first[index]);
      squares += level * level * (weight[end] - weight[index]);
      index = end;
    }
    return squares > 0 ? product / squares : scale;
  }

  /** Returns the index after the last magnitude nearest to a code's level, from the first on that isn't below it. */
  private int endOf(int code, int index, double scale, RegionGrid grid) {
    if (code == grid.greatestCode()) {
      return magnitudes.length;
    }
    double limit = scale * (grid.level(code) + (double) grid.level(code + 1)) / 2;
    int low = index;
    int high = magnitudes.length;
    while (low < high) {
      int middle = low + high >>> 1;
      if (magnitudes[middle] <= limit) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
