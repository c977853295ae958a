package org.ptilmpq.quantizer.datafree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.ptilmpq.quantizer.calibration.ChannelGains;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.reference.FloatExecutor;

/**
 * Runs a network over pictures that are not what it was trained on, and gives every output channel of every convolution
 * that had a batch normalization the mean β and the standard deviation |γ| that it had in training, before the next
 * layer is processed. Activations are then as large at every depth as on real pictures, and what is unusual about the
 * pictures doesn't add up from layer to layer. It is batch normalization as in training, over all pictures at once.
 *
 * <p>What results is another network, whose convolutions have other factors and biases per channel. That one is
 * calibrated and quantized; {@link Renormalized} removes the factors from the scales afterwards.
 */
public final class Renormalization {

  private final FloatGraph graph;
  private final OrderedWork work;
  private final Map<Value, float[][]> stored = new HashMap<>();
  private final int pictures;

  private Renormalization(FloatGraph graph, List<float[]> inputs, OrderedWork work) {
    this.graph = graph;
    this.work = work;
    this.pictures = inputs.size();
    stored.put(graph.input(), inputs.toArray(float[][]::new));
  }

  /** Whether any convolution had a batch norm, so that there is something to fit outputs to. */
  public static boolean isPossible(FloatGraph graph) {
    return graph.convolutions().stream().anyMatch(conv -> conv.normScale().length > 0);
  }

  /** Maximum number of bytes that one picture takes: all live values in floats. */
  public static long bytesPerPicture(FloatGraph graph) {
    long live = graph.input().shape().elements();
    long mostLive = live;
    Map<Value, Integer> lastReaders = graph.lastReaders();
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      live += node.output().shape().elements();
      mostLive = Math.max(mostLive, live);
      for (Value value : new HashSet<>(node.inputs())) {
        if (lastReaders.get(value) == i) {
          live -= value.shape().elements();
        }
      }
    }
    return Float.BYTES * mostLive;
  }

  /**
   * Renormalizes a network.
   *
   * @param inputs of the network, height × width × channels each; at least one
   */
  public static Renormalized of(FloatGraph graph, List<float[]> inputs, OrderedWork work, Progress progress) {
    return new Renormalization(graph, inputs, work).run(progress);
  }

  private Renormalized run(Progress progress) {
    progress.stage("renormalizing", graph.nodes().size());
    Map<Value, Integer> lastReaders = graph.lastReaders();
    Map<Value, ChannelGains> gains = new HashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      if (node instanceof Node.Convolution conv) {
        ChannelGains found = renormalize(conv);
        gains.put(conv.output(), found);
        nodes.add(found.applied(conv));
      } else {
        store(node.output(), computation(node));
        nodes.add(node);
      }
      for (Value value : node.inputs()) {
        if (lastReaders.get(value) == i) {
          stored.remove(value);
        }
      }
      progress.step();
    }
    return new Renormalized(new FloatGraph(graph.name(), graph.input(), graph.output(), nodes), gains);
  }

  /** Stores the corrected results of a convolution. */
  private ChannelGains renormalize(Node.Convolution conv) {
    IntFunction<float[]> computation = computation(conv.bare(conv.output(), conv.kernel()));
    int channels = conv.kernel().outputs();
    ChannelMoments moments = new ChannelMoments(channels);
    float[][] outputs = new float[pictures][];
    work.run(
        pictures,
        computation::apply,
        (picture, output) -> {
          outputs[picture] = output;
          moments.add(output);
        });
    boolean normalized = conv.normScale().length > 0;
    ChannelGains gains = normalized ? ChannelGains.toNorm(conv, moments) : ChannelGains.none(channels);
    store(conv.output(), picture -> gains.finish(conv, outputs[picture], residual(conv, picture)));
    return gains;
  }

  private void store(Value value, IntFunction<float[]> computation) {
    float[][] results = new float[pictures][];
    work.run(pictures, computation::apply, (picture, result) -> results[picture] = result);
    stored.put(value, results);
  }

  private IntFunction<float[]> computation(Node node) {
    if (node instanceof Node.Addition add) {
      return picture -> sum(add, stored.get(add.left())[picture], stored.get(add.right())[picture]);
    }
    float[][] inputs = stored.get(node.inputs().getFirst());
    FloatExecutor executor = FloatExecutor.of(node);
    return picture -> executor.run(inputs[picture]);
  }

  private static float[] sum(Node.Addition add, float[] left, float[] right) {
    float[] sum = new float[left.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = add.clamp().apply(left[i] + right[i]);
    }
    return sum;
  }

  private float[] residual(Node.Convolution conv, int picture) {
    return conv.residual().map(value -> stored.get(value)[picture]).orElse(null);
  }
}
