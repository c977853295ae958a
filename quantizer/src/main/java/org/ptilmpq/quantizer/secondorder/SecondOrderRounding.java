package org.ptilmpq.quantizer.secondorder;

import org.ptilmpq.quantizer.calibration.OrderedWork;

/**
 * Rounds the weights of a layer to levels, one input after the other, and lets the inputs that come later make up for
 * the error so far (GPTQ, Frantar et al., arXiv 2210.17323, algorithm 1, in the order of {@link InverseFactor}): with
 * e = (w_j − q_j) / U_jj, the weights right of column j become w − e·U_j.
 *
 * <p>Within a block of {@link CoefficientBlock#DEPTH} inputs that is done at once; all inputs after the block get their
 * share by one product of tiles. Rows are computed independently, so the levels are the same for any number of threads
 * and any width of vectors. N·K²/2 multiply-adds for N rows of K inputs.
 */
public final class SecondOrderRounding {

  private static final int WIDTH = RowGroups.WIDTH;

  private final InverseFactor factor;
  private final LevelRule rule;
  private final float[] steps;

  private SecondOrderRounding(InverseFactor factor, LevelRule rule, float[] steps) {
    this.factor = factor;
    this.rule = rule;
    this.steps = steps;
  }

  /**
   * Returns the levels of a layer's weights.
   *
   * @param weights rows (output channels) × inputs, row-major
   * @param steps of the rows, positive
   * @param factor of the second moments of the inputs
   * @param work runs the parts; this must not be called from one of its own tasks
   * @return rows × inputs levels, in the order of the weights
   * @throws IllegalArgumentException when sizes don't fit, or a weight or step is not finite, or a step not positive
   */
  public static short[] round(
      float[] weights, float[] steps, InverseFactor factor, LevelRule rule, OrderedWork work) {
    int[] order = factor.order();
    RowGroups rows = RowGroups.of(weights, order, work);
    checkSteps(steps, rows.rows());
    SecondOrderRounding rounding = new SecondOrderRounding(factor, rule, steps);
    CoefficientBlock later = new CoefficientBlock(factor.inputs());
    for (int first = 0; first < factor.inputs(); first += CoefficientBlock.DEPTH) {
      rounding.roundBlock(rows, first, later, work);
    }
    short[] levels = new short[weights.length];
    rows.inGroups(
        group ->
            rows.forEach(group, (row, place, level) -> levels[row * order.length + order[place]] = (short) level),
        work);
    return levels;
  }

  private void roundBlock(RowGroups rows, int first, CoefficientBlock later, OrderedWork work) {
    int end = Math.min(first + CoefficientBlock.DEPTH, factor.inputs());
    int[] starts = new int[end - first];
    for (int k = 0; k < starts.length; k++) {
      starts[k] = factor.rowStart(first + k);
    }
    later.fill(factor.packed(), starts, starts.length, end, factor.inputs(), work);
    rows.inGroups(
        group -> {
          float[] negatedErrors = new float[CoefficientBlock.DEPTH * WIDTH];
          roundInBlock(rows, group, first, end, negatedErrors);
          later.apply(negatedErrors, 0, rows.group(group));
        },
        work);
  }

  /** Leaves levels in place of the block's weights. */
  private void roundInBlock(RowGroups rows, int group, int first, int end, float[] negatedErrors) {
    float[] values = rows.group(group);
    float[] factors = factor.packed();
    int row = group * WIDTH;
    int count = rows.count(group);
    float[] wanted = new float[WIDTH];
    float[] levels = new float[WIDTH];
    for (int j = first; j < end; j++) {
      int at = j * WIDTH;
      int start = factor.rowStart(j);
      float diagonal = factors[start + j];
      for (int i = 0; i < count; i++) {
        wanted[i] = values[at + i] / steps[row + i];
      }
      rule.choose(wanted, row, count, levels);
      int error = (j - first) * WIDTH;
      for (int i = 0; i < count; i++) {
        negatedErrors[error + i] = (levels[i] * steps[row + i] - values[at + i]) / diagonal;
        values[at + i] = levels[i];
      }
      RowGroups.addMultiples(negatedErrors, error, factors, start + j + 1, end - j - 1, values, at + WIDTH);
    }
  }

  /**
   * Checks the steps of a layer's rows.
   *
   * @throws IllegalArgumentException when there is not one per row, or one is not positive and finite
   */
  static void checkSteps(float[] steps, int rows) {
    if (steps.length != rows) {
      throw new IllegalArgumentException(steps.length + " steps for " + rows + " rows: there must be one a row");
    }
    for (int row = 0; row < rows; row++) {
      if (!(steps[row] > 0) || steps[row] == Float.POSITIVE_INFINITY) {
        throw new IllegalArgumentException("the step of row " + row + " must be positive, not " + steps[row]);
      }
    }
  }
}
