package org.ptilmpq.quantizer.calibration;

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
