package org.ptilmpq.quantizer.matching;

import java.util.Arrays;
import org.ptilmpq.quantizer.calibration.ChannelMoments;

/**
 * The correction that gives each channel of a convolution's result y the mean and the variance that it has in the float
 * network: {@code y' = (y − mean y) · gain + mean float}, with {@code gain = σ float / σ y} held within 0.8…1.25.
 * Rounding shrinks activations a little in every layer; without this the error compounds. It is the bias correction of
 * Nagel et al. (arXiv 1906.04721, section 4.2) on measured instead of assumed statistics, with the variance added, and
 * costs nothing at run time: the gain goes into the channel's scale, the shift into its bias.
 *
 * @param gains what each channel is multiplied with
 * @param shifts what is then added
 */
public record OutputCorrection(float[] gains, float[] shifts) {

  private static final double MIN_GAIN = 0.8;
  private static final double MAX_GAIN = 1.25;

  /** Returns a correction that changes nothing. */
  public static OutputCorrection none(int channels) {
    float[] gains = new float[channels];
    Arrays.fill(gains, 1);
    return new OutputCorrection(gains, new float[channels]);
  }

  /** Returns a correction that shifts nothing. */
  public static OutputCorrection gainsAlone(double[] gains) {
    float[] rounded = new float[gains.length];
    for (int c = 0; c < gains.length; c++) {
      rounded[c] = (float) gains[c];
    }
    return new OutputCorrection(rounded, new float[gains.length]);
  }

  /** Returns the gains that give the wanted variances, within bounds. */
  public static double[] gains(ChannelMoments wanted, ChannelMoments found) {
    double[] gains = new double[wanted.channels()];
    for (int c = 0; c < gains.length; c++) {
      gains[c] = gain(wanted.variance(c), found.variance(c));
    }
    return gains;
  }

  /** Returns the correction with these gains, and the shifts that give the wanted means. */
  public static OutputCorrection of(double[] gains, ChannelMoments wanted, ChannelMoments found) {
    float[] rounded = new float[gains.length];
    float[] shifts = new float[gains.length];
    for (int c = 0; c < gains.length; c++) {
      rounded[c] = (float) gains[c];
      shifts[c] = (float) (wanted.mean(c) - gains[c] * found.mean(c));
    }
    return new OutputCorrection(rounded, shifts);
  }

  private static double gain(double wanted, double found) {
    return wanted > 0 && found > 0 ? Math.clamp(Math.sqrt(wanted / found), MIN_GAIN, MAX_GAIN) : 1;
  }
}
