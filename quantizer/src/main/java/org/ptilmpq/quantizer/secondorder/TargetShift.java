package org.ptilmpq.quantizer.secondorder;

import java.util.stream.IntStream;
import org.ptilmpq.quantizer.calibration.OrderedWork;

/**
 * The weights that make, of the inputs x̂ that the quantized layers before give, what the float layer makes of its own
 * inputs x: the W' with the least E|W·x − W'·x̂|² + λ·|W' − W|². With H = E[x̂ x̂ᵀ] and D = E[(x − x̂) x̂ᵀ] that is
 * W'·(H + λI) = W·(D + H + λI), so <b>W' = W + W·D·(H + λI)⁻¹</b>: without a drift it is W, whatever λ.
 *
 * <p>The damping pulls towards W and not towards zero, so that directions in which the inputs hardly vary keep their
 * weights. (H + λI)⁻¹ = Uᵀ·U of {@link InverseFactor}: two triangular products. 2·N·K² multiply-adds for N rows.
 */
public final class TargetShift {

  private TargetShift() {}

  /**
   * Returns the weights on the way from W to W'.
   *
   * @param weights W, rows × inputs, row-major; not changed
   * @param drift D, inputs × inputs, as of {@link InputDrift}; not changed
   * @param factor of H, with the λ to use
   * @param share how far to go: 0 gives W, 1 gives W'
   * @param work runs the parts; this must not be called from one of its own tasks
   * @return rows × inputs weights
   * @throws IllegalArgumentException when sizes don't fit, the share is not within 0…1, or a weight is not finite
   */
  public static float[] shift(float[] weights, float[] drift, InverseFactor factor, double share, OrderedWork work) {
    int inputs = factor.inputs();
    if (drift.length != inputs * inputs) {
      throw new IllegalArgumentException(drift.length + " elements are not a drift of " + inputs + " inputs");
    }
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share must be within 0…1, not " + share);
    }
    int[] natural = IntStream.range(0, inputs).toArray();
    RowGroups product = driftProduct(RowGroups.of(weights, natural, work), drift, work);
    int[] order = factor.order();
    RowGroups half = timesUpperTransposed(inOrder(product, order, work), factor, work);
    RowGroups shift = timesUpper(half, factor, work);
    float[] shifted = weights.clone();
    shift.inGroups(
        group ->
            shift.forEach(
                group, (row, place, change) -> shifted[row * inputs + order[place]] += (float) (share * change)),
        work);
    return shifted;
  }

  /** W·D. */
  private static RowGroups driftProduct(RowGroups rows, float[] drift, OrderedWork work) {
    int inputs = rows.inputs();
    RowGroups product = new RowGroups(rows.rows(), inputs);
    CoefficientBlock block = new CoefficientBlock(inputs);
    for (int first = 0; first < inputs; first += CoefficientBlock.DEPTH) {
      int[] starts = new int[Math.min(CoefficientBlock.DEPTH, inputs - first)];
      for (int k = 0; k < starts.length; k++) {
        starts[k] = (first + k) * inputs;
      }
      block.fill(drift, starts, starts.length, 0, inputs, work);
      add(block, rows, first, product, work);
    }
    return product;
  }

  /** Returns the rows with their inputs in another order. */
  private static RowGroups inOrder(RowGroups rows, int[] order, OrderedWork work) {
    RowGroups ordered = new RowGroups(rows.rows(), rows.inputs());
    rows.inGroups(
        group -> {
          for (int place = 0; place < order.length; place++) {
            System.arraycopy(
                rows.group(group),
                order[place] * RowGroups.WIDTH,
                ordered.group(group),
                place * RowGroups.WIDTH,
                RowGroups.WIDTH);
          }
        },
        work);
    return ordered;
  }

  /** X·Uᵀ. */
  private static RowGroups timesUpperTransposed(RowGroups rows, InverseFactor factor, OrderedWork work) {
    int inputs = rows.inputs();
    RowGroups product = new RowGroups(rows.rows(), inputs);
    CoefficientBlock block = new CoefficientBlock(inputs);
    for (int first = 0; first < inputs; first += CoefficientBlock.DEPTH) {
      block.fillTransposed(factor, first, Math.min(CoefficientBlock.DEPTH, inputs - first), work);
      add(block, rows, first, product, work);
    }
    return product;
  }

  /** X·U. */
  private static RowGroups timesUpper(RowGroups rows, InverseFactor factor, OrderedWork work) {
    int inputs = rows.inputs();
    RowGroups product = new RowGroups(rows.rows(), inputs);
    CoefficientBlock block = new CoefficientBlock(inputs);
    for (int first = 0; first < inputs; first += CoefficientBlock.DEPTH) {
      block.fillUpper(factor, first, Math.min(CoefficientBlock.DEPTH, inputs - first), work);
      add(block, rows, first, product, work);
    }
    return product;
  }

  private static void add(CoefficientBlock block, RowGroups from, int first, RowGroups to, OrderedWork work) {
    to.inGroups(group -> block.apply(from.group(group), first * RowGroups.WIDTH, to.group(group)), work);
  }
}
