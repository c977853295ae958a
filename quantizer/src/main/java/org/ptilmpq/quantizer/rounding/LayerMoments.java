package org.ptilmpq.quantizer.rounding;

import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.secondorder.InverseFactor;
import org.ptilmpq.quantizer.secondorder.SecondMoments;
import org.ptilmpq.quantizer.secondorder.TargetShift;

/**
 * The moments of a layer's inputs that rounding needs: how large they are, and how they vary together. Means are left
 * in: a constant error of an output is taken up by its bias, but only on the pictures at hand, and the raw moments did
 * better than the covariances (ResNet-50 at 5.5 MB).
 */
public final class LayerMoments {

  private final int inputs;
  private final float[][] variances;
  private final Second[] second;

  /**
   * How the inputs of one group vary together.
   *
   * @param moments E[x xᵀ] and E[x]
   * @param factor of the inverse of E[x xᵀ]
   */
  record Second(SecondMoments.Moments moments, InverseFactor factor) {

    float[] matrix() {
      return moments.matrix();
    }

    /** Variance of an input. */
    double variance(int input) {
      double mean = moments.mean()[input];
      return Math.max(0, moments.matrix()[input * moments.inputs() + input] - mean * mean);
    }
  }

  private LayerMoments(float[][] variances, Second[] second) {
    this.inputs = variances[0].length;
    this.variances = variances;
    this.second = second;
  }

  /** Returns the variance of each input by itself, as measured in the float network. */
  public static LayerMoments diagonal(Node.Convolution conv, ChannelMoments inputs) {
    return new LayerMoments(ChannelMoments.perWeight(conv, inputs::variance), new Second[0]);
  }

  /**
   * Returns the moments of all inputs of each group together.
   *
   * @param damping share of the mean variance that is added to each input's
   */
  public static LayerMoments full(SecondMoments.Moments[] groups, double damping, OrderedWork work) {
    float[][] variances = new float[groups.length][];
    Second[] second = new Second[groups.length];
    for (int group = 0; group < groups.length; group++) {
      float[] matrix = groups[group].matrix();
      int order = groups[group].inputs();
      variances[group] = new float[order];
      for (int k = 0; k < order; k++) {
        variances[group][k] = matrix[k * order + k];
      }
      second[group] = new Second(groups[group], InverseFactor.of(matrix, order, damping, work));
    }
    return new LayerMoments(variances, second);
  }

  /**
   * Returns the weights that make of the quantized network's inputs what the float layer makes of its own.
   *
   * @param weights of the only group
   * @param drift of its inputs
   * @param share of the way to go, 0…1
   */
  public float[] shifted(float[] weights, float[] drift, double share, OrderedWork work) {
    return TargetShift.shift(weights, drift, second[0].factor, share, work);
  }

  /** Weights of one output channel. */
  public int inputs() {
    return inputs;
  }

  /** Number of groups. */
  public int groups() {
    return variances.length;
  }

  /** Variance of each input of a group, or mean square. */
  float[] variances(int group) {
    return variances[group];
  }

  /** Whether it is known how inputs vary together. */
  boolean isFull() {
    return second.length > 0;
  }

  Second second(int group) {
    return second[group];
  }
}
