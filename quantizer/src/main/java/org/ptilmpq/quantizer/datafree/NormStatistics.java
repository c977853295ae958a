package org.ptilmpq.quantizer.datafree;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.quantizer.calibration.ActivationGrid;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;

/**
 * The statistics of a network's values on the data it was trained on, from its batch norms alone: mean and standard
 * deviation of each channel, β and |γ| for a convolution's own result, then propagated through what comes after, as if
 * channels were normal and independent of each other (Nagel et al. 2019, arXiv 1906.04721, for the activation; sums,
 * windows and what lies between are ours):
 *
 * <ul>
 *   <li>clamps: moments of the clipped normal distribution;
 *   <li>sums: means and variances added;
 *   <li>a convolution without a batch norm: w·mean + b and w²·variance of its inputs, added up;
 *   <li>maxima and averages of windows, slices: as the input, since neighbouring positions are correlated in pictures;
 *       an average over the whole input varies less than that, so that its deviation is an upper bound;
 *   <li>zeros that are padded: for a channel of zeros alone, 0.
 * </ul>
 *
 * @param channels of every value of the graph
 */
public record NormStatistics(Map<Value, Channels> channels) {

  /**
   * Number of standard deviations, as in Nagel et al. On ResNet-50 the ranges that real pictures require are between 4
   * and 20 of them; 6, 8 and 11 gave similar results, as a range twice too wide costs one of eight bits.
   */
  private static final double DEVIATIONS = 6;

  /** Photographs' pixels before preprocessing: the means and standard deviations of ImageNet. */
  private static final double[] PIXEL_MEANS = {124, 116, 104};

  private static final double PIXEL_DEVIATION = 58;

  /**
   * The channels of a value: normal variables, clamped.
   *
   * @param means before the clamp, one per channel
   * @param variances before the clamp, one per channel, not negative
   * @param clamp the last one that the value went through
   */
  public record Channels(double[] means, double[] variances, Clamp clamp) {

    /** Number of channels. */
    public int count() {
      return means.length;
    }

    /** Mean of a channel after the clamp. */
    public double mean(int channel) {
      return clipped(channel).mean();
    }

    /** Variance of a channel after the clamp. */
    public double variance(int channel) {
      return clipped(channel).variance();
    }

    /** The least value within a number of standard deviations of any channel. */
    public double least(double deviations) {
      double least = Double.POSITIVE_INFINITY;
      for (int c = 0; c < means.length; c++) {
        least = Math.min(least, means[c] - deviations * Math.sqrt(variances[c]));
      }
      return Math.clamp(least, clamp.low(), clamp.high());
    }

    /** The greatest value within a number of standard deviations of any channel. */
    public double greatest(double deviations) {
      double greatest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < means.length; c++) {
        greatest = Math.max(greatest, means[c] + deviations * Math.sqrt(variances[c]));
      }
      return Math.clamp(greatest, clamp.low(), clamp.high());
    }

    private ClippedNormal clipped(int channel) {
      return ClippedNormal.of(means[channel], Math.sqrt(variances[channel]), clamp);
    }

    private Channels plus(Channels other) {
      double[] sums = new double[means.length];
      double[] spreads = new double[means.length];
      for (int c = 0; c < sums.length; c++) {
        sums[c] = mean(c) + other.mean(c);
        spreads[c] = variance(c) + other.variance(c);
      }
      return new Channels(sums, spreads, Clamp.NONE);
    }

    private Channels clamped(Clamp next) {
      return new Channels(means, variances, clamp.then(next));
    }
  }

  public NormStatistics {
    channels = Map.copyOf(channels);
  }

  /**
   * The statistics of a graph.
   *
   * @param preprocessing the preprocessing of the network's inputs
   */
  public static NormStatistics of(FloatGraph graph, Preprocessing preprocessing) {
    Map<Value, Channels> channels = new HashMap<>();
    channels.put(graph.input(), input(graph.input().shape().channels(), preprocessing));
    for (Node node : graph.nodes()) {
      channels.put(node.output(), output(node, channels));
    }
    return new NormStatistics(channels);
  }

  private static Channels input(int count, Preprocessing preprocessing) {
    double[] means = new double[count];
    double[] variances = new double[count];
    for (int c = 0; c < count; c++) {
      int colour = Math.min(c, PIXEL_MEANS.length - 1);
      double std = preprocessing.std()[colour];
      means[c] = (PIXEL_MEANS[colour] - preprocessing.mean()[colour]) / std;
      variances[c] = PIXEL_DEVIATION * PIXEL_DEVIATION / (std * std);
    }
    return new Channels(means, variances, Clamp.NONE);
  }

  private static Channels output(Node node, Map<Value, Channels> known) {
    Channels input = known.get(node.inputs().getFirst());
    return switch (node) {
      case Node.Convolution conv -> {
        Channels own = conv.normScale().length > 0 ? promised(conv) : expected(conv, input);
        yield conv.residual().isPresent()
            ? own.plus(known.get(conv.residual().get())).clamped(conv.clamp())
            : own.clamped(conv.clamp());
      }
      case Node.Addition add -> input.plus(known.get(add.right())).clamped(add.clamp());
      case Node.Activation activation -> input.clamped(activation.clamp());
      case Node.AveragePooling pool -> input.clamped(pool.clamp());
      case Node.MaxPooling _ -> input;
      case Node.Slice slice -> chosen(input, node.output(), slice.startC(), slice.strideC());
      case Node.Padding padding -> padded(input, node.output(), padding.padFront());
    };
  }

  private static Channels promised(Node.Convolution conv) {
    int outputs = conv.normScale().length;
    double[] means = new double[outputs];
    double[] variances = new double[outputs];
    for (int c = 0; c < outputs; c++) {
      means[c] = conv.normShift()[c];
      variances[c] = (double) conv.normScale()[c] * conv.normScale()[c];
    }
    return new Channels(means, variances, Clamp.NONE);
  }

  private static Channels expected(Node.Convolution conv, Channels input) {
    int outputs = conv.kernel().outputs();
    float[] weights = conv.kernel().values();
    double[] inputMeans = IntStream.range(0, input.count()).mapToDouble(input::mean).toArray();
    double[] inputVariances = IntStream.range(0, input.count()).mapToDouble(input::variance).toArray();
    double[] means = new double[outputs];
    double[] variances = new double[outputs];
    for (int out = 0; out < outputs; out++) {
      means[out] = conv.bias()[out];
    }
    for (int i = 0; i < weights.length; i++) {
      double w = weights[i];
      int out = i / conv.kernel().weightsPerOutput();
      int in = conv.inputChannel(i);
      means[out] += w * inputMeans[in];
      variances[out] += w * w * inputVariances[in];
    }
    return new Channels(means, variances, Clamp.NONE);
  }

  private static Channels chosen(Channels input, Value output, int start, int stride) {
    double[] means = new double[output.shape().channels()];
    double[] variances = new double[means.length];
    for (int c = 0; c < means.length; c++) {
      means[c] = input.means[start + c * stride];
      variances[c] = input.variances[start + c * stride];
    }
    return new Channels(means, variances, input.clamp);
  }

  private static Channels padded(Channels input, Value output, int before) {
    double[] means = new double[output.shape().channels()];
    double[] variances = new double[means.length];
    System.arraycopy(input.means, 0, means, before, input.means.length);
    System.arraycopy(input.variances, 0, variances, before, input.means.length);
    Clamp bounds = new Clamp(Math.min(0, input.clamp.low()), Math.max(0, input.clamp.high()));
    return new Channels(means, variances, bounds);
  }

  /**
   * Returns wider grids, none of them narrower than before. Synthetic pictures show nothing that a class is recognized
   * by, and activations that recognize it stay small: ranges found on them would cut real activations off. So each grid
   * is widened to hold {@link #DEVIATIONS} of every channel, as far as clamps let it. Operations that only move bytes
   * keep the grid of their input.
   *
   * @param graph the one that these statistics are of
   * @param grids of every value but the scores; the input's stays as it is
   */
  public Map<Value, ActivationGrid> widened(FloatGraph graph, Map<Value, ActivationGrid> grids) {
    Map<Value, ActivationGrid> widened = new HashMap<>();
    widened.put(graph.input(), grids.get(graph.input()));
    for (Node node : graph.nodes()) {
      Value value = node.output();
      if (!grids.containsKey(value)) {
        continue;
      }
      widened.put(
          value,
          switch (node) {
            case Node.MaxPooling pool -> widened.get(pool.input());
            case Node.Slice slice -> widened.get(slice.input());
            case Node.Padding padding -> widened.get(padding.input());
            default -> widened(grids.get(value), channels.get(value));
          });
    }
    return widened;
  }

  private static ActivationGrid widened(ActivationGrid grid, Channels channels) {
    double low = Math.min(grid.real(Byte.MIN_VALUE), channels.least(DEVIATIONS));
    double high = Math.max(grid.real(Byte.MAX_VALUE), channels.greatest(DEVIATIONS));
    boolean same = low == grid.real(Byte.MIN_VALUE) && high == grid.real(Byte.MAX_VALUE);
    return same ? grid : ActivationGrid.covering(low, high);
  }
}
