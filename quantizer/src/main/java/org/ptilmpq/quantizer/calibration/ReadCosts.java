package org.ptilmpq.quantizer.calibration;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;

/**
 * The cost of an error in a channel to the convolutions that read it. An error e in every element of channel c adds
 * e² · Σ w_c² to the squared errors of a convolution's outputs, w_c its weights on that channel, as long as errors are
 * independent. So cutting off values of one channel may cost less than of another.
 */
final class ReadCosts {

  /** The mean cost of a value's channels: costs are integers, so that histograms count them exactly. */
  private static final int MEAN = 256;

  /** Far above what occurs, and low enough that a histogram's counts can't overflow. */
  private static final double MOST = 1 << 20;

  private final Map<Value, double[]> costs = new HashMap<>();

  ReadCosts(FloatGraph graph) {
    for (Node node : graph.nodes().reversed()) {
      switch (node) {
        case Node.Convolution conv -> add(conv.input(), ofChannels(conv));
        case Node.Addition add -> {} // What it adds is read by what reads the sum, at that value's own grid.
        default -> passOn(node);
      }
    }
  }

  /**
   * Returns the costs of a value's channels, in proportion; 256 on average and at least 1. Each convolution that reads
   * the value counts equally. Channels of a value that no convolution reads cost the same.
   */
  int[] of(Value value) {
    int[] whole = new int[value.shape().channels()];
    Arrays.fill(whole, MEAN);
    double[] found = costs.get(value);
    double sum = found == null ? 0 : Arrays.stream(found).sum();
    for (int c = 0; c < whole.length && sum > 0; c++) {
      whole[c] = (int) Math.clamp(Math.rint(MEAN * found[c] * whole.length / sum), 1, MOST);
    }
    return whole;
  }

  /** A node that moves, pools or clamps channels without mixing them passes on the costs of its output. */
  private void passOn(Node node) {
    List<Value> inputs = node.inputs();
    double[] ofOutput = costs.get(node.output());
    if (ofOutput != null && inputs.getFirst().shape().channels() == ofOutput.length) {
      add(inputs.getFirst(), ofOutput);
    }
  }

  private void add(Value value, double[] more) {
    double[] sums = costs.computeIfAbsent(value, v -> new double[v.shape().channels()]);
    for (int c = 0; c < sums.length; c++) {
      sums[c] += more[c];
    }
  }

  /** Returns the squared weights of each input channel over those of all. */
  private static double[] ofChannels(Node.Convolution conv) {
    float[] weights = conv.kernel().values();
    double[] sums = new double[conv.input().shape().channels()];
    double all = 0;
    for (int i = 0; i < weights.length; i++) {
      double square = (double) weights[i] * weights[i];
      sums[conv.inputChannel(i)] += square;
      all += square;
    }
    for (int c = 0; c < sums.length && all > 0; c++) {
      sums[c] /= all;
    }
    return sums;
  }
}
