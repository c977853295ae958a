package org.ptilmpq.quantizer.rounding;

import java.util.Arrays;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.secondorder.InverseFactor;
import org.ptilmpq.quantizer.secondorder.SecondMoments;
import org.ptilmpq.quantizer.secondorder.TargetShift;

/**
 * What rounding a layer needs to know of its inputs: how they vary, and how they vary together. About their means, since
 * a constant error of an output is taken up by its bias.
 */
public final class LayerMoments {

  private final int inputs;
  private final float[][] variances;
  private final Second[] second;

  /**
   * How the inputs of one group vary together.
   *
   * @param covariance inputs × inputs, row-major
   * @param factor of its inverse
   */
  record Second(float[] covariance, InverseFactor factor) {}

  private LayerMoments(float[][] variances, Second[] second) {
    this.inputs = variances[0].length;
    this.variances = variances;
    this.second = second;
  }

  /** Each input for itself, as the float network's pictures showed it. */
  public static LayerMoments diagonal(Node.Convolution conv, ChannelMoments inputs) {
    int perGroup = conv.kernel().inputs();
    float[][] variances = new float[conv.groups()][conv.kernel().weightsPerOutput()];
    for (int group = 0; group < conv.groups(); group++) {
      for (int k = 0; k < variances[group].length; k++) {
        variances[group][k] = (float) inputs.variance(group * perGroup + k % perGroup);
      }
    }
    return new LayerMoments(variances, new Second[0]);
  }

  /**
   * All inputs of each group together.
   *
   * @param damping share of the mean variance that is added to each input's
   */
  public static LayerMoments full(SecondMoments[] groups, double damping, OrderedWork work) {
    float[][] variances = new float[groups.length][];
    Second[] second = new Second[groups.length];
    for (int group = 0; group < groups.length; group++) {
      SecondMoments.Moments moments = groups[group].finish();
      float[] covariance = covariance(moments);
      int order = moments.inputs();
      variances[group] = new float[order];
      for (int k = 0; k < order; k++) {
        variances[group][k] = covariance[k * order + k];
      }
      second[group] = new Second(covariance, InverseFactor.of(covariance, order, damping, work));
    }
    return new LayerMoments(variances, second);
  }

  /** E[x xᵀ] − E[x] E[x]ᵀ, in the place of the former. */
  private static float[] covariance(SecondMoments.Moments moments) {
    int order = moments.inputs();
    float[] matrix = moments.matrix();
    for (int i = 0; i < order; i++) {
      for (int j = 0; j < order; j++) {
        if (!Boolean.getBoolean("raw")) matrix[i * order + j] -= (float) (moments.mean()[i] * moments.mean()[j]);
      }
      matrix[i * order + i] = Math.max(0, matrix[i * order + i]);
    }
    return matrix;
  }

  /**
   * The weights that make of the quantized network's inputs what the float layer makes of its own.
   *
   * @param weights of the only group
   * @param drift of its inputs, about their means
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

  /** Variance of each input of a group. */
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

  /**
   * The squared error of an output for a squared error of 1 in every weight when each is rounded to its nearest level,
   * mean of the groups.
   */
  public double nearestNoiseGain() {
    double sum = 0;
    for (float[] group : variances) {
      for (float variance : group) {
        sum += variance;
      }
    }
    return sum / variances.length;
  }

  /** The same for rounding in which later weights make up for earlier ones, Σ 1 / U_jj². */
  public double noiseGain() {
    return isFull() ? Arrays.stream(second).mapToDouble(LayerMoments::noiseGain).average().orElseThrow() : nearestNoiseGain();
  }

  private static double noiseGain(Second second) {
    double sum = 0;
    for (int j = 0; j < second.factor.inputs(); j++) {
      double element = second.factor.element(j, j);
      sum += 1 / (element * element);
    }
    return sum;
  }
}
