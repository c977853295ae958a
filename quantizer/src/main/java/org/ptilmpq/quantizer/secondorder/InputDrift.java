package org.ptilmpq.quantizer.secondorder;

import java.util.Objects;
import org.ptilmpq.quantizer.calibration.OrderedWork;

/**
 * Sums up how the inputs of a layer drifted from the float network's, x, to what the quantized layers before it make of
 * them, x̂: D = E[(x − x̂) x̂ᵀ]. The difference is taken before it is multiplied, so that a small drift is found as
 * exactly as a large one.
 *
 * <p>The result is the same to the bit for any number of threads and any width of vectors. Not for use by several
 * threads at once.
 */
public final class InputDrift {

  private final int inputs;
  private final float[] differences;
  private OuterProducts products;
  private long count;

  /**
   * @param inputs K, the length of a row
   * @throws ArithmeticException when K × K floats are too many for an array
   */
  public InputDrift(int inputs) {
    this.inputs = inputs;
    differences = new float[Math.multiplyExact(inputs, OuterProducts.DEPTH)];
    products = new OuterProducts(inputs, false);
  }

  /**
   * Adds rows.
   *
   * @param original x, count × K, row-major
   * @param quantized x̂ at the same places of the same pictures
   * @param work runs the parts; this must not be called from one of its own tasks
   * @throws IllegalStateException after {@link #finish}
   */
  public void add(float[] original, float[] quantized, int count, OrderedWork work) {
    checkOpen();
    Objects.checkFromIndexSize(0, Math.multiplyExact(count, inputs), Math.min(original.length, quantized.length));
    for (int first = 0; first < count; first += OuterProducts.DEPTH) {
      int depth = Math.min(OuterProducts.DEPTH, count - first);
      int offset = first * inputs;
      for (int i = 0; i < depth * inputs; i++) {
        differences[i] = original[offset + i] - quantized[offset + i];
      }
      products.add(differences, 0, quantized, offset, depth, work);
    }
    this.count += count;
  }

  /**
   * Ends the summing: D, K × K, row-major, row i of x_i − x̂_i and column j of x̂_j; zeros when there were no rows.
   *
   * @throws IllegalStateException when called again
   */
  public float[] finish() {
    checkOpen();
    float[] matrix = products.sums();
    products = null;
    for (int i = 0; i < inputs && count > 0; i++) {
      for (int j = 0; j < inputs; j++) {
        int at = i * inputs + j;
        matrix[at] = (float) (matrix[at] / (double) count);
      }
    }
    return matrix;
  }

  private void checkOpen() {
    if (products == null) {
      throw new IllegalStateException("this drift is finished: make a new InputDrift for more rows");
    }
  }
}
