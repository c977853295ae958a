package org.ptilmpq.quantizer.secondorder;

import java.util.stream.IntStream;
import org.ptilmpq.quantizer.calibration.OrderedWork;

/**
 * The mean squared error of a layer's outputs as a function of its weights: (w − ŵ)ᵀ·A·(w − ŵ) for each row, with
 * A = H + λI, H the second moments of the inputs; and the steps that make it least for given levels.
 */
public final class QuadraticError {

  private final float[] matrix;
  private final int inputs;
  private final double ridge;

  /**
   * @param matrix H, inputs × inputs, row-major, symmetric; is kept and not changed
   * @param ridge λ, as of {@link InverseFactor#ridge}; zero for the error itself
   */
  public QuadraticError(float[] matrix, int inputs, double ridge) {
    if (inputs < 1 || matrix.length != Math.multiplyExact(inputs, inputs)) {
      throw new IllegalArgumentException(matrix.length + " elements are not a matrix of order " + inputs);
    }
    this.matrix = matrix;
    this.inputs = inputs;
    this.ridge = ridge;
  }

  /**
   * Returns the error of each row.
   *
   * @param weights w, rows × inputs, row-major
   * @param steps of the rows
   * @param levels ŵ in steps, in the order of the weights
   * @param work runs the parts; this must not be called from one of its own tasks
   * @throws IllegalArgumentException when sizes don't fit, a weight is not finite, or a step not positive
   */
  public double[] of(float[] weights, float[] steps, short[] levels, OrderedWork work) {
    RowGroups differences = differences(weights, steps, levels, work);
    return dots(differences, times(differences, work), work);
  }

  /**
   * Returns the steps that make the error least for given levels: s = qᵀAw / qᵀAq. A row whose levels are all zero, or
   * whose best step is not positive and finite, keeps its step.
   *
   * @param weights w, rows × inputs, row-major
   * @param steps of the rows, as they are; not changed
   * @param levels q, in the order of the weights
   * @param work runs the parts; this must not be called from one of its own tasks
   * @throws IllegalArgumentException as of {@link #of}
   */
  public float[] refit(float[] weights, float[] steps, short[] levels, OrderedWork work) {
    RowGroups real = RowGroups.of(weights, naturalOrder(), work);
    SecondOrderRounding.checkSteps(steps, real.rows());
    RowGroups whole = RowGroups.of(levels, inputs, work);
    RowGroups product = times(whole, work);
    double[] shared = dots(real, product, work);
    double[] own = dots(whole, product, work);
    float[] refitted = steps.clone();
    for (int row = 0; row < steps.length; row++) {
      float step = (float) (shared[row] / own[row]);
      if (step > 0 && step < Float.POSITIVE_INFINITY) {
        refitted[row] = step;
      }
    }
    return refitted;
  }

  /** w − ŵ. */
  private RowGroups differences(float[] weights, float[] steps, short[] levels, OrderedWork work) {
    RowGroups differences = RowGroups.of(weights, naturalOrder(), work);
    SecondOrderRounding.checkSteps(steps, differences.rows());
    RowGroups whole = RowGroups.of(levels, inputs, work);
    if (whole.rows() != differences.rows()) {
      throw new IllegalArgumentException(levels.length + " levels for " + weights.length + " weights");
    }
    differences.inGroups(
        group -> {
          float[] difference = differences.group(group);
          float[] level = whole.group(group);
          int row = group * RowGroups.WIDTH;
          for (int lane = 0; lane < differences.count(group); lane++) {
            for (int at = lane; at < inputs * RowGroups.WIDTH; at += RowGroups.WIDTH) {
              difference[at] -= level[at] * steps[row + lane];
            }
          }
        },
        work);
    return differences;
  }

  /** A·x for every row x: rows · inputs² multiply-adds. */
  private RowGroups times(RowGroups rows, OrderedWork work) {
    RowGroups product = new RowGroups(rows.rows(), inputs);
    CoefficientBlock block = new CoefficientBlock(inputs);
    for (int first = 0; first < inputs; first += CoefficientBlock.DEPTH) {
      int depth = Math.min(CoefficientBlock.DEPTH, inputs - first);
      int offset = first * RowGroups.WIDTH;
      fill(block, first, depth, work);
      product.inGroups(group -> block.apply(rows.group(group), offset, product.group(group)), work);
    }
    return product;
  }

  /** Takes columns of A, one after the other. */
  private void fill(CoefficientBlock block, int first, int depth, OrderedWork work) {
    int[] starts = new int[depth];
    for (int k = 0; k < depth; k++) {
      starts[k] = (first + k) * inputs;
    }
    block.fill(matrix, starts, depth, 0, inputs, work);
    for (int k = 0; k < depth; k++) {
      block.add(k, first + k, ridge);
    }
  }

  /** xᵀy of each row. */
  private double[] dots(RowGroups x, RowGroups y, OrderedWork work) {
    double[] dots = new double[x.rows()];
    x.inGroups(
        group -> {
          double[] sums = new double[RowGroups.WIDTH];
          float[] left = x.group(group);
          float[] right = y.group(group);
          for (int input = 0; input < inputs; input++) {
            int at = input * RowGroups.WIDTH;
            for (int lane = 0; lane < RowGroups.WIDTH; lane++) {
              sums[lane] += (double) left[at + lane] * right[at + lane];
            }
          }
          System.arraycopy(sums, 0, dots, group * RowGroups.WIDTH, x.count(group));
        },
        work);
    return dots;
  }

  private int[] naturalOrder() {
    return IntStream.range(0, inputs).toArray();
  }
}
