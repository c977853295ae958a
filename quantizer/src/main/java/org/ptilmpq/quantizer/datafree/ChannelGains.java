package org.ptilmpq.quantizer.datafree;

import java.util.Arrays;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;

/**
 * The factor that each output channel of a convolution is multiplied by, and the shift then added to it: {@code y' =
 * gain · y + shift}.
 *
 * @param gains positive, one per output channel
 * @param shifts one per output channel
 */
record ChannelGains(float[] gains, float[] shifts) {

  /**
   * Channels beyond these factors are as good as constant in training or on the pictures at hand: their variance says
   * nothing, and to undo a gain near zero would blow up rounding errors.
   */
  private static final double MIN_GAIN = 1.0 / 16;

  private static final double MAX_GAIN = 16;

  /** Gains and shifts that change nothing. */
  static ChannelGains none(int channels) {
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    return new ChannelGains(ones, new float[channels]);
  }

  /** The gains and shifts that give outputs the mean and standard deviation of the convolution's batch norm. */
  static ChannelGains toNorm(Node.Convolution conv, ChannelMoments found) {
    int channels = conv.normScale().length;
    float[] gains = new float[channels];
    float[] shifts = new float[channels];
    for (int c = 0; c < channels; c++) {
      double wanted = Math.abs(conv.normScale()[c]);
      double deviation = Math.sqrt(found.variance(c));
      gains[c] = deviation > 0 ? (float) Math.clamp(wanted / deviation, MIN_GAIN, MAX_GAIN) : 1;
      shifts[c] = (float) (conv.normShift()[c] - gains[c] * found.mean(c));
    }
    return new ChannelGains(gains, shifts);
  }

  /** The convolution that gives corrected outputs by itself; its batch norm's promises hold for it. */
  Node.Convolution applied(Node.Convolution conv) {
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
    return new Node.Convolution(
        conv.name(),
        conv.input(),
        conv.residual(),
        conv.output(),
        conv.window(),
        conv.groups(),
        new Kernel(kernel.outputs(), kernel.inputs(), kernel.height(), kernel.width(), weights),
        bias,
        conv.normScale(),
        conv.normShift(),
        conv.clamp());
  }
}
