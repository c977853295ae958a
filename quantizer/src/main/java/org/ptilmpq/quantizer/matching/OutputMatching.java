package org.ptilmpq.quantizer.matching;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.ptilmpq.quantizer.Progress;
import org.ptilmpq.quantizer.calibration.ActivationGrid;
import org.ptilmpq.quantizer.calibration.Calibration;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.reference.FloatExecutor;
import org.ptilmpq.quantizer.rounding.RoundedLayer;

/**
 * Runs the quantized network over the calibration pictures, one layer after the other, and gives each channel of each
 * convolution the mean and the variance that it has in the float network, before the next layer is looked at: {@code y'
 * = (y − mean y) · gain + mean float}, with {@code gain = σ float / σ y} held within 0.8…1.25. Rounding shrinks
 * activations a little in every layer; without this the error compounds. It is the bias correction of Nagel et al.
 * (arXiv 1906.04721, section 4.2) on measured instead of assumed statistics, with the variance added, and costs nothing
 * at run time: the gain goes into the channel's scale, the shift into its bias.
 *
 * <p>The forward is the runtime's in floats: dequantized weights, and every stored activation rounded to its 8-bit
 * grid.
 */
public final class OutputMatching {

  private static final double LEAST_GAIN = 0.8;
  private static final double GREATEST_GAIN = 1.25;

  private final FloatGraph graph;
  private final Calibration calibration;
  private final OrderedWork work;
  private final Activations activations;

  /** One picture's result of a convolution before it is corrected. */
  private record Raw(float[] output, ChannelMoments moments) {}

  /**
   * @param graph one whose output a convolution writes
   * @param grids of every value but the output
   */
  public OutputMatching(
      FloatGraph graph, Map<Value, ActivationGrid> grids, Calibration calibration, OrderedWork work) {
    this.graph = graph;
    this.calibration = calibration;
    this.work = work;
    this.activations = new Activations(grids, graph.input(), calibration.matched());
  }

  /** How many bytes matching on one picture takes: the largest result in floats, and all live values in bytes. */
  public static long bytesPerPicture(FloatGraph graph) {
    long largest = 0;
    long live = graph.input().shape().elements();
    long mostLive = live;
    Map<Value, Integer> lastReaders = graph.lastReaders();
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      int elements = node.output().shape().elements();
      largest = Math.max(largest, elements);
      live += elements;
      mostLive = Math.max(mostLive, live);
      for (Value value : new HashSet<>(node.inputs())) {
        if (lastReaders.get(value) == i) {
          live -= value.shape().elements();
        }
      }
    }
    return Float.BYTES * largest + mostLive;
  }

  /**
   * Matches every convolution.
   *
   * @param rounding a layer's codes, asked for once, in execution order
   */
  public Map<Node.Convolution, MatchedLayer> run(
      Function<Node.Convolution, RoundedLayer> rounding, Progress progress) {
    progress.stage("matching layers", graph.nodes().size());
    Map<Node.Convolution, MatchedLayer> matched = new HashMap<>();
    Map<Value, Integer> lastReaders = graph.lastReaders();
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      if (node instanceof Node.Convolution conv) {
        matched.put(conv, match(conv, rounding.apply(conv)));
      } else {
        store(node.output(), computation(node));
      }
      for (Value value : node.inputs()) {
        if (lastReaders.get(value) == i) {
          activations.close(value);
        }
      }
      progress.step();
    }
    return matched;
  }

  private IntFunction<float[]> computation(Node node) {
    if (node instanceof Node.Addition add) {
      return picture -> sum(add, activations.real(add.left(), picture), activations.real(add.right(), picture));
    }
    Value input = node.inputs().getFirst();
    FloatExecutor executor =
        new FloatExecutor(new FloatGraph(node.name(), input, node.output(), List.of(node)));
    return picture -> executor.run(activations.real(input, picture));
  }

  private static float[] sum(Node.Addition add, float[] left, float[] right) {
    float[] sum = new float[left.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = add.clamp().apply(left[i] + right[i]);
    }
    return sum;
  }

  private void store(Value value, IntFunction<float[]> computation) {
    activations.open(value);
    work.run(
        activations.pictures(),
        picture -> activations.store(value, picture, computation.apply(picture)),
        (picture, stored) -> {});
  }

  private MatchedLayer match(Node.Convolution conv, RoundedLayer rounded) {
    IntFunction<float[]> computation = computation(conv.bare(conv.output(), rounded.kernel(conv.kernel())));
    int channels = conv.kernel().outputs();
    float[][] outputs = new float[activations.pictures()][];
    ChannelMoments moments = new ChannelMoments(channels);
    work.run(
        outputs.length,
        picture -> raw(computation.apply(picture), channels),
        (picture, raw) -> {
          outputs[picture] = raw.output;
          moments.add(raw.moments);
        });

    ChannelMoments wanted = calibration.layers().get(conv).outputs();
    float[] gains = new float[channels];
    float[] shifts = new float[channels];
    float[] scales = new float[channels];
    float[] biases = new float[channels];
    for (int c = 0; c < channels; c++) {
      double gain = gain(wanted.variance(c), moments.variance(c));
      double shift = wanted.mean(c) - gain * moments.mean(c);
      gains[c] = (float) gain;
      shifts[c] = (float) shift;
      scales[c] = (float) (rounded.scales()[c] * gain);
      biases[c] = (float) (conv.bias()[c] * gain + shift);
    }
    if (!conv.output().equals(graph.output())) {
      store(
          conv.output(),
          picture -> {
            float[] output = outputs[picture];
            outputs[picture] = null;
            return finish(conv, picture, output, gains, shifts);
          });
    }
    return new MatchedLayer(rounded, scales, biases);
  }

  private static double gain(double wanted, double found) {
    return wanted > 0 && found > 0 ? Math.clamp(Math.sqrt(wanted / found), LEAST_GAIN, GREATEST_GAIN) : 1;
  }

  private static Raw raw(float[] output, int channels) {
    ChannelMoments moments = new ChannelMoments(channels);
    moments.add(output);
    return new Raw(output, moments);
  }

  /** Corrects a convolution's result in place, adds the residual, and clamps. */
  private float[] finish(Node.Convolution conv, int picture, float[] y, float[] gains, float[] shifts) {
    float[] residual = conv.residual().map(value -> activations.real(value, picture)).orElse(null);
    for (int at = 0; at < y.length; at += gains.length) {
      for (int c = 0; c < gains.length; c++) {
        float sum = y[at + c] * gains[c] + shifts[c];
        if (residual != null) {
          sum += residual[at + c];
        }
        y[at + c] = conv.clamp().apply(sum);
      }
    }
    return y;
  }
}
