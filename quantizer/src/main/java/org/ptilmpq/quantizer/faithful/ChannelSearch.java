package org.ptilmpq.quantizer.faithful;

/**
 * Finds scale and ratio of one channel by its real squared error on the file's integer grid. For fixed levels the error
 * isn't unimodal in the scale (tails may be cut off, reached exactly, or left with steps to spare), so the whole
 * sensible range is tried, then refined around the best; least squares does the rest.
 */
final class ChannelSearch {

  private static final double COARSE = 0.94;

  /** The fewer weights, the more one scale or another happens to suit them: channels with fewer get a finer search. */
  private static final int FEW = 128;

  private static final double CLOSE = 0.985;
  private static final int FINE_STEPS = 4;
  private static final int REFITS = 3;

  /** Scales are tried down to this share of the one at which nothing is clipped. */
  private static final double MAX_CLIPPED = 0.3;

  /** The least scale that a file can hold. */
  private static final double MIN_SCALE = 0x1p-60;

  private final SortedMagnitudes magnitudes;
  private final double series;

  ChannelSearch(SortedMagnitudes magnitudes) {
    this.magnitudes = magnitudes;
    this.series = magnitudes.count() < FEW ? CLOSE : COARSE;
  }

  /**
   * A grid with its scale, and what they cost.
   *
   * @param error Σ h (w − ŵ)²
   */
  record Found(RegionGrid grid, double scale, double error) {

    Found better(Found other) {
      return other.error < error ? other : this;
    }
  }

  /** Whether every weight is 0, so that no scale is needed. */
  boolean isZero() {
    return magnitudes.greatest() == 0;
  }

  /** Returns the best scale on a grid, for a channel that isn't zero. */
  Found bestScale(RegionGrid grid) {
    double unclipped = magnitudes.greatest() / grid.greatestLevel();
    double widest = magnitudes.greatest() / Math.max(1, grid.knee());
    Found best = at(unclipped, grid);
    for (double scale = widest; scale > MAX_CLIPPED * unclipped; scale *= series) {
      best = best.better(at(scale, grid));
    }
    return refined(best);
  }

  private Found refined(Found start) {
    Found best = start;
    double ratio = series;
    for (int i = 0; i < FINE_STEPS; i++) {
      ratio = Math.sqrt(ratio);
      best = best.better(at(best.scale * ratio, best.grid)).better(at(best.scale / ratio, best.grid));
    }
    for (int i = 0; i < REFITS; i++) {
      best = best.better(at(magnitudes.leastSquares(best.scale, best.grid), best.grid));
    }
    return best;
  }

  private Found at(double scale, RegionGrid grid) {
    double held = Math.max(scale, MIN_SCALE);
    return new Found(grid, held, magnitudes.error(held, grid));
  }
}
