package org.ptilmpq.quantizer.prepare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;

/**
 * Scales the channels of activations so that those of one differ less. The weights that write a channel are multiplied
 * with its factor, those that read it divided by it, and the network computes the same. Nagel et al. (arXiv 1906.04721,
 * section 4.1) equalize the ranges of weights like this; here it is the values that flow between them. Two errors
 * depend on the factors, and want different ones:
 *
 * <ul>
 *   <li>The weights of an output channel have one step for all inputs, and the error that a weight's rounding makes of
 *       an output is as large as its input. By reverse water-filling these errors should be equal, and so should the
 *       mean squares of all inputs.
 *   <li>An activation's 8-bit grid has one step for all channels. With r_c the root mean square of channel c and f_c
 *       its factor, the squared step is about proportional to Σ f_c² r_c², and its error reaches the outputs as
 *       Σ 1 / f_c², if the weights that read the channels were equally large before. The product is least with
 *       f_c² r_c² = r_c: half way to equal mean squares, in logarithms. A channel that is 0 most of the time, as after
 *       a ReLU, has peaks far above r_c, which widen the step of all, or are cut off.
 * </ul>
 *
 * So values that have passed a ReLU are scaled half way, and all others to equal mean squares (docs/decisions/0020).
 */
public final class ChannelEqualization {

  /** Factors of values after a ReLU are 1 over the root mean square to the power of this, half way to equal ones. */
  private static final double SHARE_OF_RECTIFIED = 0.5;

  /** No channel is scaled by more than this. */
  private static final double MOST = 16;

  private final FloatGraph graph;
  private final Map<Value, ChannelMoments> moments;
  private final Set<Value> rectified;
  private final Map<Value, double[]> factors = new HashMap<>();

  private ChannelEqualization(FloatGraph graph, Map<Value, ChannelMoments> moments) {
    this.graph = graph;
    this.moments = moments;
    this.rectified =
        graph.nodes().stream().filter(node -> node.clamp().low() == 0).map(Node::output).collect(Collectors.toSet());
  }

  /**
   * Returns the equalized network. Values keep their names.
   *
   * @param moments of what convolutions read
   */
  public static FloatGraph equalize(FloatGraph graph, Map<Value, ChannelMoments> moments) {
    ChannelEqualization equalization = new ChannelEqualization(graph, moments);
    for (List<Value> group : ScalingGroups.of(graph)) {
      double[] factors = equalization.factors(group);
      group.forEach(value -> equalization.factors.put(value, factors));
    }
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      nodes.add(node instanceof Node.Convolution conv ? equalization.scaled(conv) : node);
    }
    return graph.withNodes(nodes);
  }

  /** Returns the factor of each channel of some values: 1 in the geometric mean, and for channels that are always 0. */
  private double[] factors(List<Value> group) {
    double[] squares = new double[group.getFirst().shape().channels()];
    for (Value value : group) {
      ChannelMoments found = moments.get(value);
      if (found != null) {
        double mean = 0;
        for (int c = 0; c < squares.length; c++) {
          mean += square(found, c) / squares.length;
        }
        for (int c = 0; c < squares.length && mean > 0; c++) {
          squares[c] += square(found, c) / mean;
        }
      }
    }
    int live = 0;
    double sum = 0;
    for (double s : squares) {
      if (s > 0) {
        sum += Math.log(s);
        live++;
      }
    }
    double share = share(group);
    double[] factors = new double[squares.length];
    Arrays.fill(factors, 1);
    for (int c = 0; c < factors.length; c++) {
      if (squares[c] > 0) {
        factors[c] = Math.clamp(Math.exp((sum / live - Math.log(squares[c])) / 2 * share), 1 / MOST, MOST);
      }
    }
    return factors;
  }

  /** Returns how far the values of a group go to equal mean squares: 1 is all the way, in logarithms. */
  private double share(List<Value> group) {
    return group.stream().anyMatch(rectified::contains) ? SHARE_OF_RECTIFIED : 1;
  }

  private static double square(ChannelMoments moments, int channel) {
    return moments.variance(channel) + moments.mean(channel) * moments.mean(channel);
  }

  private Node.Convolution scaled(Node.Convolution conv) {
    double[] ofInput = factors.getOrDefault(conv.input(), ones(conv.input()));
    double[] ofOutput = factors.getOrDefault(conv.output(), ones(conv.output()));
    Kernel kernel = conv.kernel();
    float[] values = kernel.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) (ofOutput[i / kernel.weightsPerOutput()] / ofInput[conv.inputChannel(i)]);
    }
    return new Node.Convolution(
        conv.name(),
        conv.input(),
        conv.residual(),
        conv.output(),
        conv.window(),
        conv.groups(),
        new Kernel(kernel.outputs(), kernel.inputs(), kernel.height(), kernel.width(), values),
        times(conv.bias(), ofOutput),
        times(conv.normScale(), ofOutput),
        times(conv.normShift(), ofOutput),
        conv.clamp());
  }

  private static float[] times(float[] values, double[] factors) {
    float[] products = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      products[i] = (float) (values[i] * factors[i]);
    }
    return products;
  }

  private static double[] ones(Value value) {
    double[] ones = new double[value.shape().channels()];
    Arrays.fill(ones, 1);
    return ones;
  }
}
