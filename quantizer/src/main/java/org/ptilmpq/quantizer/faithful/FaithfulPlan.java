package org.ptilmpq.quantizer.faithful;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The bits of each channel: two widths, by the importance of layers first and then of channels (Phase 1). The abstract
 * of PTILMPQ says no more than that; the rule that stands in for its own is:
 *
 * <ol>
 *   <li>of L layers the round(share · L) most important ones are important (those at or above the (1 − share)
 *       quantile, {@link ImportanceRanking});
 *   <li>in an important layer of C channels, the round(share · C) most important ones get {@code high} bits, all
 *       others {@code low}; they are compared within the layer alone;
 *   <li>in a layer that isn't important all channels get {@code low}.
 * </ol>
 *
 * <p>With alpha for both shares the average goes from {@code low} at alpha = 0 to {@code high} at alpha = 1, about as
 * low + (high − low) · alpha². A larger share only adds to those that are important, so that no channel ever loses bits
 * when alpha grows: accuracy is bought with size along one path.
 *
 * @param bits of each output channel, in the paper's count, one layer after the other
 */
public record FaithfulPlan(List<int[]> bits) {

  /**
   * The shares of layers and channels that are important.
   *
   * @param layers share of the layers, 0…1
   * @param channels share of the channels in an important layer, 0…1
   */
  public record Shares(double layers, double channels) {

    public Shares {
      if (!(layers >= 0 && layers <= 1 && channels >= 0 && channels <= 1)) {
        throw new IllegalArgumentException("shares of " + layers + " and " + channels + "; from 0 to 1 is possible");
      }
    }

    /** Returns shares of one alpha for both. */
    public static Shares of(double alpha) {
      return new Shares(alpha, alpha);
    }
  }

  public FaithfulPlan {
    bits = List.copyOf(bits);
  }

  /**
   * Gives every channel its width.
   *
   * @param layers importance of each layer, any unit
   * @param channels importance of each output channel of each layer, any unit within a layer
   * @param high bits of important channels, low…8
   * @param low bits of the others, at least 1
   * @throws IllegalArgumentException when the numbers don't go together, or an importance is not a number
   */
  public static FaithfulPlan of(double[] layers, List<double[]> channels, Shares shares, int high, int low) {
    if (layers.length != channels.size()) {
      throw new IllegalArgumentException(layers.length + " layers, but channels of " + channels.size());
    }
    if (low < 1 || high < low || high > 8) {
      throw new IllegalArgumentException(
          "widths of " + high + " and " + low + "; from 1 to 8 are possible, the higher first");
    }
    boolean[] importantLayers = ImportanceRanking.important(layers, shares.layers);
    List<int[]> bits = new ArrayList<>();
    for (int layer = 0; layer < layers.length; layer++) {
      boolean[] important =
          ImportanceRanking.important(channels.get(layer), importantLayers[layer] ? shares.channels : 0);
      bits.add(IntStream.range(0, important.length).map(c -> important[c] ? high : low).toArray());
    }
    return new FaithfulPlan(bits);
  }
}
