package org.ptilmpq.quantizer.calibration;

import java.util.Arrays;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;

/**
 * The factor that each channel of a convolution's result y is multiplied by, and the shift then added to it: {@code y'
 * = gain · y + shift}. They cost nothing at run time: the gain goes into the channel's scale, the shift into its bias.
 *
 * @param gains positive, one per output channel
 * @param shifts one per output channel
 */
public record ChannelGains(float[] gains, float[] shifts) {

  /**
   * Channels beyond these factors are as good as constant in training or on the pictures at hand: their variance says
   * nothing, and to undo a gain near zero would blow up rounding errors.
   */
  private static final double MIN_NORM_GAIN = 1.0 / 16;
  private static final double MAX_NORM_GAIN = 16;

  private static final double MIN_MATCHING_GAIN = 0.8;
  private static final double MAX_MATCHING_GAIN = 1.25;

  /** Returns gains and shifts that change nothing. */
  public static ChannelGains none(int channels) {
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    return new ChannelGains(ones, new float[channels]);
  }

  /** Returns gains without shifts. */
  public static ChannelGains alone(double[] gains) {
    float[] rounded = new float[gains.length];
    for (int c = 0; c < gains.length; c++) {
      rounded[c] = (float) gains[c];
    }
    return new ChannelGains(rounded, new float[gains.length]);
  }

  /** Returns these gains, and the shifts that give the wanted means. */
  public static ChannelGains toMeans(double[] gains, ChannelMoments wanted, ChannelMoments found) {
    ChannelGains matching = alone(gains);
    for (int c = 0; c < gains.length; c++) {
      matching.shifts[c] = (float) (wanted.mean(c) - gains[c] * found.mean(c));
    }
    return matching;
  }

  /**
   * Returns the gains {@code σ float / σ y}, held within 0.8…1.25, that give a quantized layer's results the variances
   * that they have in the float network. Rounding shrinks activations a little in every layer; without this the error
   * compounds. With {@link #toMeans} it is the bias correction of Nagel et al. (arXiv 1906.04721, section 4.2) on
   * measured instead of assumed statistics, with the variance added.
   */
  public static double[] toVariances(ChannelMoments wanted, ChannelMoments found) {
    double[] gains = new double[wanted.channels()];
    for (int c = 0; c < gains.length; c++) {
      double of = wanted.variance(c);
      double from = found.variance(c);
      gains[c] = of > 0 && from > 0 ? Math.clamp(Math.sqrt(of / from), MIN_MATCHING_GAIN, MAX_MATCHING_GAIN) : 1;
    }
    return gains;
  }

  /** Returns gains and shifts that give results the mean and standard deviation of the convolution's batch norm. */
  public static ChannelGains toNorm(Node.Convolution conv, ChannelMoments found) {
    int channels = conv.normScale().length;
    float[] gains = new float[channels];
    float[] shifts = new float[channels];
    for (int c = 0; c < channels; c++) {
      double wanted = Math.abs(conv.normScale()[c]);
      double deviation = Math.sqrt(found.variance(c));
      gains[c] = deviation > 0 ? (float) Math.clamp(wanted / deviation, MIN_NORM_GAIN, MAX_NORM_GAIN) : 1;
      shifts[c] = (float) (conv.normShift()[c] - gains[c] * found.mean(c));
    }
    return new ChannelGains(gains, shifts);
  }

  /** Returns the convolution that gives corrected results by itself; its batch norm's promises hold for it. */
  public Node.Convolution applied(Node.Convolution conv) {
    Kernel kernel = conv.kernel();
    float[] weights = kernel.values().clone();
    float[] bias = new float[gains.length];
    for (int c = 0; c < gains.length; c++) {
      bias[c] = gains[c] * conv.bias()[c] + shifts[c];
      int end = (c + 1) * kernel.weightsPerOutput();
      for (int i = c * kernel.weightsPerOutput(); i < end; i++) {
        weights[i] *= gains[c];
      }
    }
    return conv.withWeights(
        new Kernel(kernel.outputs(), kernel.inputs(), kernel.height(), kernel.width(), weights), bias);
  }

  /**
   * Corrects a convolution's own result in place, adds the residual, and clamps.
   *
   * @param y height × width × channels
   * @param residual of the same size, or null where the convolution has none
   */
  public float[] finish(Node.Convolution conv, float[] y, float[] residual) {
    for (int at = 0; at < y.length; at += gains.length) {
      for (int c = 0; c < gains.length; c++) {
        float sum = y[at + c] * gains[c] + shifts[c];
        if (residual != null) {
          sum += residual[at + c];
        }
        y[at + c] = conv.clamp().apply(sum);
      }
    }
    return y;
  }
}
