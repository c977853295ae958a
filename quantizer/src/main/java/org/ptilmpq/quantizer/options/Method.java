package org.ptilmpq.quantizer.options;

import java.util.Objects;

/** How the bits are found and the weights rounded. */
public sealed interface Method {

  /**
   * The best that is known: integer levels at a step for each channel, nothing clipped, rounded by second moments of
   * the layer's inputs, steps by how much each channel matters to the network's output.
   *
   * @param target how large or how good the file is to be
   */
  record Best(Target target) implements Method {
    public Best {
      Objects.requireNonNull(target, "target");
    }

    @Override
    public String toString() {
      return "best, " + target;
    }
  }

  /**
   * PTILMPQ as its abstract describes it (arXiv 2404.02947): layers first, then channels ranked by importance, the
   * important ones at the higher width, a dense and a sparse region in every channel.
   *
   * @param alpha share of layers and channels that count as important, 0…1
   * @param high bits of important channels, 2…7
   * @param low bits of the others, 2…7, at most {@code high}
   * @param channels measure of a channel's importance
   */
  record Ptilmpq(double alpha, int high, int low, ChannelCriterion channels) implements Method {

    /** The widths that have room for a sign, a region and a magnitude, and whose stored codes fit a byte. */
    private static final int LEAST = 2;

    private static final int MOST = 7;

    public Ptilmpq {
      if (!(alpha >= 0 && alpha <= 1)) {
        throw new IllegalArgumentException("alpha is a share from 0 to 1, not " + alpha);
      }
      if (low < LEAST || high > MOST || low > high) {
        throw new IllegalArgumentException(
            "the two widths are from " + LEAST + " to " + MOST + ", the higher one first, not " + high + "," + low);
      }
      Objects.requireNonNull(channels, "channels");
    }

    @Override
    public String toString() {
      return "ptilmpq, alpha " + alpha + ", " + high + " and " + low + " bits, channels by " + channels;
    }
  }

  /** The measure of a channel's importance. */
  enum ChannelCriterion {
    /** Squared error of its output when it is quantized: the error of its weights, weighted by their inputs. */
    ERROR,
    /** Sum of the magnitudes of its weights. */
    L1,
    /** Root of the sum of the squares of its weights. */
    L2,
    /** Magnitude of the scale γ of its batch normalization. */
    NORM_SCALE
  }
}
