package org.ptilmpq.quantizer.secondorder;

import org.ptilmpq.quantizer.calibration.OrderedWork;

/**
 * How far second moments of a layer's inputs can be trusted, from how much they differ from picture to picture. Late
 * layers have thousands of inputs and see few positions of each picture: what seems to vary together in some hundred
 * pictures often doesn't in others, and rounding would make weights compensate for each other in vain.
 *
 * <p>With C_p the second moments about the mean of the rows of picture p, and C their mean over P pictures, the
 * elements of C off the diagonal have an expected squared error of {@code b² = Σ_p ‖C_p − C‖² / P²} together, and
 * squares of {@code d² = ‖C‖²}. Of all mixtures (1 − ρ)·C + ρ·diag C the one with {@code ρ = b² / d²} errs least
 * (Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", 2004, with the diagonal
 * as the target). Rows of one picture depend on each other, so it is pictures that count. ‖C_p‖ comes from the products
 * of the picture's rows with each other, which are fewer than those of the inputs: ‖X·Xᵀ‖ = ‖Xᵀ·X‖.
 */
public final class Shrinkage {

  private final int inputs;
  private final float[] means;
  private double squares;
  private int pictures;

  /**
   * @param means of the inputs, K elements; approximate ones are enough
   */
  public Shrinkage(float[] means) {
    this.inputs = means.length;
    this.means = means.clone();
  }

  /**
   * Takes in a picture.
   *
   * @param rows of it and others, K elements each
   * @param first its first row
   * @param count how many rows it has
   * @param work runs the parts; this must not be called from one of its own tasks
   */
  public void add(float[] rows, int first, int count, OrderedWork work) {
    float[] columns = new float[inputs * count];
    double diagonal = 0;
    for (int k = 0; k < inputs; k++) {
      double square = 0;
      for (int r = 0; r < count; r++) {
        float value = rows[(first + r) * inputs + k] - means[k];
        columns[k * count + r] = value;
        square += (double) value * value;
      }
      diagonal += square * square;
    }
    OuterProducts products = new OuterProducts(count, true);
    for (int k = 0; k < inputs; k += OuterProducts.DEPTH) {
      products.add(columns, k * count, columns, k * count, Math.min(OuterProducts.DEPTH, inputs - k), work);
    }
    squares += (squaredNorm(products.sums(), count) - diagonal) / ((double) count * count);
    pictures++;
  }

  private static double squaredNorm(float[] upper, int order) {
    double sum = 0;
    for (int i = 0; i < order; i++) {
      sum += (double) upper[i * order + i] * upper[i * order + i];
      for (int j = i + 1; j < order; j++) {
        sum += 2.0 * upper[i * order + j] * upper[i * order + j];
      }
    }
    return sum;
  }

  /**
   * Returns ρ, 0…1; 0 when no picture was taken in.
   *
   * @param moments of all pictures, means left in
   * @param independent how many of the pictures have nothing to do with each other
   */
  public double share(SecondMoments.Moments moments, int independent) {
    double common = 0;
    for (int i = 0; i < inputs; i++) {
      for (int j = i + 1; j < inputs; j++) {
        double covariance = covariance(moments, i, j);
        common += 2 * covariance * covariance;
      }
    }
    return pictures == 0 || common == 0
        ? 0
        : Math.clamp((squares / pictures - common) / (independent * common), 0, 1);
  }

  /**
   * Takes a share of the covariances off, in place; variances and means stay.
   *
   * @param moments means left in
   */
  public static void apply(SecondMoments.Moments moments, double share) {
    int inputs = moments.inputs();
    for (int i = 0; i < inputs; i++) {
      for (int j = i + 1; j < inputs; j++) {
        float shrunk = (float) (moments.matrix()[i * inputs + j] - share * covariance(moments, i, j));
        moments.matrix()[i * inputs + j] = shrunk;
        moments.matrix()[j * inputs + i] = shrunk;
      }
    }
  }

  private static double covariance(SecondMoments.Moments moments, int i, int j) {
    return moments.matrix()[i * moments.inputs() + j] - moments.mean()[i] * moments.mean()[j];
  }
}
