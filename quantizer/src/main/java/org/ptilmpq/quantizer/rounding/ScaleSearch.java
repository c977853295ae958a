package org.ptilmpq.quantizer.rounding;

import org.ptilmpq.format.Grid;

/**
 * Finds the scale of one output channel: the s that minimises {@code Σ h_k (w_k − s · level_k)²}, each weight rounded
 * to its nearest level. With h the variance of the inputs that is the channel's expected squared output error, as far
 * as inputs are uncorrelated and a constant error is taken up by the bias.
 *
 * <p>The error is nearly unimodal in s. A geometric series of scales from "nothing is clipped" downwards finds the
 * neighbourhood, a finer one inside it the place, and least squares, {@code s = Σ h w level / Σ h level²} (the optimum
 * for fixed codes), the rest.
 */
final class ScaleSearch {

  private static final float COARSE = 0.94f;
  private static final int MAX_STEPS = 48;
  private static final int FINE_STEPS = 3;
  private static final int REFITS = 2;

  /** The least scale that a file can hold. */
  private static final float MIN_SCALE = 0x1p-60f;

  /** An error this many times the best is beyond the neighbourhood of the optimum. */
  private static final double BEYOND = 1.6;

  /** Adding and subtracting 1.5 · 2²³ rounds a float below 2²² to the nearest integer, ties to even. */
  private static final float ROUNDER = 0x1.8p23f;

  private final float[] weights;
  private final float[] importance;
  private final int first;
  private final int count;

  /**
   * @param weights of all channels
   * @param first index of the channel's first weight
   * @param importance one for each of the channel's weights, not negative
   */
  ScaleSearch(float[] weights, int first, float[] importance) {
    this.weights = weights;
    this.first = first;
    this.importance = importance;
    this.count = importance.length;
  }

  /**
   * A scale and what it costs.
   *
   * @param scale positive
   * @param error Σ h (w − ŵ)²
   */
  record Found(float scale, double error) {}

  /** Whether every weight is 0, so that no scale is needed. */
  boolean isZero() {
    return greatestMagnitude() == 0;
  }

  /** Returns the cost of leaving the weights out altogether: Σ h w². */
  double energy() {
    double energy = 0;
    for (int k = 0; k < count; k++) {
      double w = weights[first + k];
      energy += importance[k] * w * w;
    }
    return energy;
  }

  /** Returns the best scale on a grid, for a channel that isn't zero. */
  Found search(CodeGrid grid) {
    float widest = Math.max(greatestMagnitude() / grid.greatestLevel(), MIN_SCALE);
    Found best = new Found(widest, error(widest, grid));
    float scale = widest;
    for (int i = 0; i < MAX_STEPS; i++) {
      scale *= COARSE;
      double error = error(scale, grid);
      if (error < best.error) {
        best = new Found(scale, error);
      } else if (error > BEYOND * best.error) {
        break;
      }
    }
    float ratio = COARSE;
    for (int i = 0; i < FINE_STEPS; i++) {
      ratio = (float) Math.sqrt(ratio);
      best = better(best, best.scale * ratio, grid, best.scale / ratio);
    }
    for (int i = 0; i < REFITS; i++) {
      float refitted = leastSquares(best.scale, grid);
      if (!(refitted >= MIN_SCALE)) {
        break;
      }
      best = better(best, refitted, grid, refitted);
    }
    return best;
  }

  private Found better(Found best, float one, CodeGrid grid, float other) {
    Found better = best;
    for (float scale : one == other ? new float[] {one} : new float[] {one, other}) {
      double error = error(scale, grid);
      if (error < better.error) {
        better = new Found(scale, error);
      }
    }
    return better;
  }

  private float greatestMagnitude() {
    float greatest = 0;
    for (int k = 0; k < count; k++) {
      greatest = Math.max(greatest, Math.abs(weights[first + k]));
    }
    return greatest;
  }

  private double error(float scale, CodeGrid grid) {
    float perStep = 1 / (scale * grid.spacing());
    float shift = grid.offset() / grid.spacing();
    float least = grid.leastCode();
    float greatest = grid.greatestCode();
    float step = scale * grid.spacing();
    float zero = scale * grid.offset();
    double error = 0;
    for (int k = 0; k < count; k++) {
      float w = weights[first + k];
      float code = Math.max(least, Math.min(greatest, w * perStep - shift)) + ROUNDER - ROUNDER;
      float d = w - (step * code + zero);
      error += importance[k] * d * d;
    }
    return error;
  }

  private static float code(float w, float perStep, CodeGrid grid) {
    float code = w * perStep - grid.offset() / grid.spacing();
    return Math.max(grid.leastCode(), Math.min(grid.greatestCode(), code)) + ROUNDER - ROUNDER;
  }

  private float leastSquares(float scale, CodeGrid grid) {
    float perStep = 1 / (scale * grid.spacing());
    double product = 0;
    double squares = 0;
    for (int k = 0; k < count; k++) {
      float w = weights[first + k];
      double level = grid.spacing() * code(w, perStep, grid) + grid.offset();
      product += importance[k] * w * level;
      squares += importance[k] * level * level;
    }
    return (float) (product / squares);
  }

  /**
   * The integer levels that codes of one width reach, as rounding needs them: the code nearest to a weight of x scales
   * is {@code v = clamp(round(x / spacing − offset / spacing))}, its level {@code spacing · v + offset}.
   *
   * @param grid as the file holds it
   * @param width bits of a code, 1…8
   * @param spacing between neighbouring levels
   * @param offset level of code 0
   */
  record CodeGrid(Grid grid, int width, float spacing, float offset) {

    /** Returns evenly spaced levels with a zero; for one bit only −1 and 0. */
    static CodeGrid uniform(int width) {
      return new CodeGrid(new Grid.Uniform(), width, 1, 0);
    }

    /** Returns the odd levels, as many below zero as above. */
    static CodeGrid halfStep(int width) {
      return new CodeGrid(new Grid.HalfStep(), width, 2, 1);
    }

    int leastCode() {
      return -(1 << width - 1);
    }

    int greatestCode() {
      return (1 << width - 1) - 1;
    }

    /** Returns the greatest level, never below 1, so that a scale can be made of it. */
    int greatestLevel() {
      return Math.max(1, grid.level(greatestCode()));
    }
  }
}
