package org.ptilmpq.quantizer.faithful;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ptilmpq.format.Grid;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.rounding.QuantizedLayer;
import org.ptilmpq.quantizer.rounding.QuantizedLayer.ChannelCode;

/**
 * The weights of one layer in two regions (Phase 2) on the file's integer grid, where the tail step is an integer
 * multiple of the dense one. PWLQ's real-valued steps s₁ = p / n and s₂ = (m − p) / n become one scale and a ratio near
 * s₂ / s₁; what that changes is less than what choosing both by the channel's real error brings.
 *
 * <p>There are few different ratios: all channels of one width and ratio form a group of the file and run in the same
 * tiles of a kernel, so that a ratio of its own for every channel would cost bytes and time.
 *
 * @param channels in the network's order
 */
record RegionLayer(List<QuantizedChannel> channels) {

  public RegionLayer {
    channels = List.copyOf(channels);
  }

  /** Ratios that channels may have: all small ones, then a fifth to a half apart. */
  private static final int[] RATIOS = {1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 24, 32, 48, 64, 96, 128, 192, 255};

  /** The cost of a channel at each ratio it may have. */
  private record Choices(int channel, ChannelSearch.Found[] byRatio) {

    ChannelSearch.Found best(boolean[] allowed) {
      ChannelSearch.Found best = null;
      for (int i = 0; i < byRatio.length; i++) {
        if (allowed[i]) {
          best = best == null ? byRatio[i] : best.better(byRatio[i]);
        }
      }
      return best;
    }
  }

  /**
   * Quantizes a layer.
   *
   * @param kernel the float weights
   * @param importance variance of the inputs that each weight is multiplied with, [group][weight], in the order of
   *     {@link Kernel#channelsLast}
   * @param bits of each output channel in the paper's count, 1…8
   * @param mostRatios how many different ratios the channels of one width may have, at least 1
   * @throws IllegalArgumentException when there isn't a width for each channel, or one is out of its range
   */
  public static RegionLayer of(Kernel kernel, float[][] importance, int[] bits, int mostRatios) {
    if (bits.length != kernel.outputs() || mostRatios < 1) {
      throw new IllegalArgumentException(
          bits.length + " widths for " + kernel.outputs() + " channels, of " + mostRatios + " ratios each");
    }
    float[] weights = kernel.channelsLast();
    int inputs = kernel.weightsPerOutput();
    int perGroup = kernel.outputs() / importance.length;
    QuantizedChannel[] channels = new QuantizedChannel[bits.length];
    for (int width = 1; width <= 8; width++) {
      List<Choices> choices = new ArrayList<>();
      for (int channel = 0; channel < bits.length; channel++) {
        if (bits[channel] == width) {
          choices.add(choices(width, channel, weights, channel * inputs, importance[channel / perGroup]));
        }
      }
      boolean[] allowed = restrict(choices, allowAll(width), mostRatios);
      for (Choices choice : choices) {
        int channel = choice.channel;
        if (choice.byRatio.length == 0) {
          channels[channel] = QuantizedChannel.zero(inputs);
        } else {
          ChannelSearch.Found found = choice.best(allowed);
          float[] h = importance[channel / perGroup];
          channels[channel] =
              QuantizedChannel.of(weights, channel * inputs, h, found.grid(), found.scale());
        }
      }
    }
    requireAll(channels, bits);
    return new RegionLayer(List.of(channels));
  }

  /**
   * Returns the bits of the codes in the paper's count: b for each weight of a channel, and nothing for scales, biases
   * and what tells the regions apart.
   */
  public long paperBits() {
    return channels.stream().mapToLong(channel -> (long) channel.bits() * channel.codes().length).sum();
  }

  private static void requireAll(QuantizedChannel[] channels, int[] bits) {
    for (int channel = 0; channel < bits.length; channel++) {
      if (channels[channel] == null) {
        throw new IllegalArgumentException("channel " + channel + " has " + bits[channel] + " bits; 1 to 8 work");
      }
    }
  }

  private static Choices choices(int bits, int channel, float[] weights, int from, float[] importance) {
    ChannelSearch search = new ChannelSearch(new SortedMagnitudes(weights, from, importance));
    int[] ratios = search.isZero() ? new int[0] : ratios(bits);
    ChannelSearch.Found[] byRatio = new ChannelSearch.Found[ratios.length];
    for (int i = 0; i < ratios.length; i++) {
      byRatio[i] = search.bestScale(new RegionGrid(bits, ratios[i]));
    }
    return new Choices(channel, byRatio);
  }

  private static int[] ratios(int bits) {
    return RegionGrid.hasRegions(bits) ? RATIOS : new int[] {1};
  }

  private static boolean[] allowAll(int bits) {
    boolean[] all = new boolean[ratios(bits).length];
    Arrays.fill(all, true);
    return all;
  }

  /** Removes the ratio whose channels lose least by changing to others, until few enough are left. */
  private static boolean[] restrict(List<Choices> choices, boolean[] allowed, int most) {
    for (int left = allowed.length; left > most; left--) {
      int without = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < allowed.length; i++) {
        if (allowed[i]) {
          allowed[i] = false;
          double error = error(choices, allowed);
          allowed[i] = true;
          if (without < 0 || error < least) {
            without = i;
            least = error;
          }
        }
      }
      allowed[without] = false;
    }
    return allowed;
  }

  private static double error(List<Choices> choices, boolean[] allowed) {
    double error = 0;
    for (Choices choice : choices) {
      if (choice.byRatio.length > 0) {
        error += choice.best(allowed).error();
      }
    }
    return error;
  }

  /**
   * Returns the layer as the file holds it.
   *
   * @param biases of each channel
   * @param relativeError squared error of the layer's outputs over their variance
   */
  QuantizedLayer quantized(float[] biases, double relativeError) {
    List<ChannelCode> codes = new ArrayList<>();
    short[][] levels = new short[channels.size()][];
    float[] scales = new float[channels.size()];
    for (int c = 0; c < scales.length; c++) {
      QuantizedChannel channel = channels.get(c);
      codes.add(channel.width() == 0 ? ChannelCode.NONE : new ChannelCode(channel.width(), channel.grid()));
      levels[c] = channel.codes();
      scales[c] = channel.scale();
    }
    return new QuantizedLayer(codes, levels, scales, biases, relativeError, 1);
  }

  /** Returns the weights that the codes stand for, as a kernel of the same extent. */
  Kernel kernel(Kernel original) {
    return quantized(new float[channels.size()], 0).kernel(original);
  }

  /**
   * One output channel in two regions.
   *
   * @param bits in the paper's count, 1…8; 0 for a channel whose weights are all zero
   * @param width bits of a code in the file: bits + 1, at most 8; 0 for a zero channel
   * @param grid from code to level
   * @param codes one per weight, in the order of the weights
   * @param scale real value of one level, positive
   * @param error Σ h (w − ŵ)²
   */
  record QuantizedChannel(int bits, int width, Grid grid, short[] codes, float scale, double error) {

    /** Returns a channel whose weights are all 0, which takes no bits. */
    static QuantizedChannel zero(int count) {
      return new QuantizedChannel(0, 0, new Grid.Uniform(), new short[count], 1, 0);
    }

    /** Returns the tail step over the dense one; 1 for one region. */
    public int ratio() {
      return grid instanceof Grid.TwoRegion region ? region.ratio() : 1;
    }

    /** Returns the real weights that the codes stand for. */
    public float[] real() {
      float[] real = new float[codes.length];
      for (int k = 0; k < real.length; k++) {
        real[k] = scale * grid.level(codes[k]);
      }
      return real;
    }

    /**
     * Returns the channel with each weight at the nearest level of a grid.
     *
     * @param weights of all channels, finite
     * @param from index of the channel's first weight
     * @param importance what the squared error of each of the channel's weights costs, not negative
     */
    static QuantizedChannel of(float[] weights, int from, float[] importance, RegionGrid grid, double wantedScale) {
      float scale = (float) wantedScale;
      short[] codes = new short[importance.length];
      double error = 0;
      for (int k = 0; k < codes.length; k++) {
        double w = weights[from + k];
        int code = grid.code(w / scale);
        codes[k] = (short) code;
        double d = w - (double) scale * Integer.signum(code) * grid.level(Math.abs(code));
        error += importance[k] * d * d;
      }
      return new QuantizedChannel(grid.bits(), grid.width(), grid.grid(), codes, scale, error);
    }
  }
}
