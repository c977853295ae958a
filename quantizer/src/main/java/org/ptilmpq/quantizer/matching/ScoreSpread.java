package org.ptilmpq.quantizer.matching;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.ptilmpq.quantizer.calibration.ChannelMoments;

/**
 * The factor by which the scores of a quantized network are too close to each other on pictures that nothing was
 * learned from. Second-order rounding knows the pictures it learned from: on others less of a score is what it should
 * be, so that scores matched to the float network's on the former vary too little on the latter, and the network is
 * less sure of its answers than it was. With σ_c and σ̂_c the deviations of a class's score in the float and the
 * quantized network over validation pictures, <b>f = √(Σσ_c² / Σσ̂_c²)</b> restores their spread.
 *
 * <p>From few pictures f is known with a standard error e, estimated by leaving out one at a time (jackknife). What is
 * applied is 1 + (f − 1) · max(0, 1 − e² / (f − 1)²), the positive part of the estimator of James and Stein (1961):
 * nothing of what might be chance, and nearly all of what clearly isn't.
 */
public final class ScoreSpread {

  /** Fewer pictures can't show how certain they are. */
  private static final int MIN_PICTURES = 8;

  private static final double MIN_FACTOR = 0.9;
  private static final double MAX_FACTOR = 1.15;

  private ScoreSpread() {}

  /**
   * Returns the factor that restores the spread.
   *
   * @param wanted scores of the float network, picture by picture
   * @param found results of the quantized score layer on the same pictures
   * @param gains what the latter are going to be multiplied with, by class
   * @return 1 where there are fewer than eight pictures, or they don't agree; within 0.9…1.15
   */
  public static double factor(List<ChannelMoments> wanted, List<ChannelMoments> found, double[] gains) {
    int pictures = wanted.size();
    if (pictures < MIN_PICTURES) {
      return 1;
    }
    double all = ratio(wanted, found, gains, -1) - 1;
    double[] others = IntStream.range(0, pictures).mapToDouble(p -> ratio(wanted, found, gains, p) - 1).toArray();
    double mean = Arrays.stream(others).average().orElseThrow();
    double squaredError = 0;
    for (double other : others) {
      squaredError += (other - mean) * (other - mean) * (pictures - 1) / pictures;
    }
    double followed = all * all > squaredError ? all * (1 - squaredError / (all * all)) : 0;
    return Math.clamp(1 + followed, MIN_FACTOR, MAX_FACTOR);
  }

  /** Returns f without one of the pictures; 1 where the scores of either network don't vary. */
  private static double ratio(List<ChannelMoments> wanted, List<ChannelMoments> found, double[] gains, int without) {
    ChannelMoments exact = sum(wanted, gains.length, without);
    ChannelMoments quantized = sum(found, gains.length, without);
    double matched = 0;
    for (int c = 0; c < gains.length; c++) {
      matched += gains[c] * gains[c] * quantized.variance(c);
    }
    double ratio = Math.sqrt(exact.totalVariance() / matched);
    return ratio > 0 && ratio < Double.POSITIVE_INFINITY ? ratio : 1;
  }

  private static ChannelMoments sum(List<ChannelMoments> pictures, int channels, int without) {
    ChannelMoments sum = new ChannelMoments(channels);
    for (int p = 0; p < pictures.size(); p++) {
      if (p != without) {
        sum.add(pictures.get(p));
      }
    }
    return sum;
  }
}
