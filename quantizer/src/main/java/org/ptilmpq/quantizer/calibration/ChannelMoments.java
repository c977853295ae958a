package org.ptilmpq.quantizer.calibration;

import java.util.function.IntToDoubleFunction;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;

/** Mean and variance of each channel of an activation, over all positions of any number of pictures. */
public final class ChannelMoments {

  private final double[] sums;
  private final double[] squares;
  private long positions;

  public ChannelMoments(int channels) {
    sums = new double[channels];
    squares = new double[channels];
  }

  /** Adds one picture's activation, height × width × channels. */
  public void add(float[] values) {
    int channels = sums.length;
    for (int at = 0; at < values.length; at += channels) {
      for (int c = 0; c < channels; c++) {
        double value = values[at + c];
        sums[c] += value;
        squares[c] += value * value;
      }
    }
    positions += values.length / channels;
  }

  /** Adds what another has taken in. */
  public void add(ChannelMoments other) {
    for (int c = 0; c < sums.length; c++) {
      sums[c] += other.sums[c];
      squares[c] += other.squares[c];
    }
    positions += other.positions;
  }

  /**
   * Returns a figure of what each weight of a convolution is multiplied with.
   *
   * @param ofChannel the figure of an input channel
   * @return [group][weight], the weights of an output channel in the order of {@link Kernel#channelsLast}
   */
  public static float[][] perWeight(Node.Convolution conv, IntToDoubleFunction ofChannel) {
    int perGroup = conv.kernel().inputs();
    float[][] figures = new float[conv.groups()][conv.kernel().weightsPerOutput()];
    for (int group = 0; group < figures.length; group++) {
      for (int k = 0; k < figures[group].length; k++) {
        figures[group][k] = (float) ofChannel.applyAsDouble(group * perGroup + k % perGroup);
      }
    }
    return figures;
  }

  /** Number of channels. */
  public int channels() {
    return sums.length;
  }

  /** Mean of a channel. */
  public double mean(int channel) {
    return sums[channel] / positions;
  }

  /** Variance of a channel, not negative. */
  public double variance(int channel) {
    double mean = mean(channel);
    return Math.max(0, squares[channel] / positions - mean * mean);
  }

  /** Sum of the variances of all channels. */
  public double totalVariance() {
    double total = 0;
    for (int c = 0; c < sums.length; c++) {
      total += variance(c);
    }
    return total;
  }
}
