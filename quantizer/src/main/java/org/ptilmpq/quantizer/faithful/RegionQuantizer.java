package org.ptilmpq.quantizer.faithful;

import java.util.Arrays;

/**
 * Quantizes single channels in two regions (Phase 2) on the file's integer grid, where the tail step is an integer
 * multiple of the dense one. PWLQ's real-valued steps s₁ = p / n and s₂ = (m − p) / n become one scale and a ratio near
 * s₂ / s₁; what that changes is less than what choosing both by the channel's real error brings.
 */
public final class RegionQuantizer {

  /** Ratios that are tried in every channel: all small ones, then a fifth to a half apart. */
  private static final int[] RATIOS = {1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 24, 32, 48, 64, 96, 128, 192, 255};

  private static final int[] RATIO_STEPS = {32, 16, 8, 4, 2, 1};

  private final int bits;

  /**
   * @param bits b in the paper's count, 1…8: a sign and b − 1 bits of magnitude in either region
   * @throws IllegalArgumentException for other widths
   */
  public RegionQuantizer(int bits) {
    this.bits = new RegionGrid(bits, 1).bits();
  }

  /** The ratios that channels of a width may choose from without a finer search. */
  static int[] ratios(int bits) {
    return RegionGrid.hasRegions(bits) ? RATIOS.clone() : new int[] {1};
  }

  /**
   * Returns a channel with the scale and the ratio that give the least error together.
   *
   * @param weights of all channels, finite
   * @param from index of the channel's first weight
   * @param importance what the squared error of each of the channel's weights costs, not negative: the variance of the
   *     input it is multiplied with makes the sum the expected squared error of the channel's output
   */
  public QuantizedChannel leastError(float[] weights, int from, float[] importance) {
    ChannelSearch search = new ChannelSearch(new SortedMagnitudes(weights, from, importance));
    if (search.isZero()) {
      return QuantizedChannel.zero(importance.length);
    }
    ChannelSearch.Found best = search.bestScale(new RegionGrid(bits, 1));
    for (int ratio : ratios(bits)) {
      best = best.better(search.bestScale(new RegionGrid(bits, ratio)));
    }
    if (RegionGrid.hasRegions(bits)) {
      for (int step : RATIO_STEPS) {
        int ratio = best.grid().ratio();
        if (2 * step <= ratio) {
          best = best.better(search.bestScale(new RegionGrid(bits, ratio - step)));
          best = best.better(search.bestScale(new RegionGrid(bits, Math.min(255, ratio + step))));
        }
      }
    }
    return quantized(weights, from, importance, best.grid(), best.scale());
  }

  /** Returns the channel of {@link #leastError(float[], int, float[])} where all weights matter alike. */
  public QuantizedChannel leastError(float[] weights, int from, int count) {
    return leastError(weights, from, ones(count));
  }

  /** Returns the codes of a channel on a given grid. */
  static QuantizedChannel quantized(
      float[] weights, int from, float[] importance, RegionGrid grid, double wantedScale) {
    float scale = (float) wantedScale;
    byte[] codes = new byte[importance.length];
    double error = 0;
    for (int k = 0; k < codes.length; k++) {
      double w = weights[from + k];
      int code = grid.code(w / scale);
      codes[k] = (byte) code;
      double d = w - (double) scale * Integer.signum(code) * grid.level(Math.abs(code));
      error += importance[k] * d * d;
    }
    return new QuantizedChannel(grid.bits(), grid.width(), grid.grid(), codes, scale, error);
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
