package org.ptilmpq.quantizer.prepare;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.reference.FloatExecutor;
import org.ptilmpq.quantizer.rounding.QuantizedLayer;

/**
 * How far the outputs of layers are from the float network's when all of them are quantized. Activations stay floats:
 * the subject is what the rounding of weights has learned from pictures.
 */
public final class LayerErrors {

  private final FloatExecutor exact;
  private final FloatExecutor quantized;
  private final Map<Value, Node.Convolution> layers = new HashMap<>();

  /**
   * @param layers of each convolution of the graph
   */
  public LayerErrors(FloatGraph graph, Map<Node.Convolution, QuantizedLayer> layers) {
    exact = new FloatExecutor(graph);
    quantized = new FloatExecutor(quantized(graph, layers));
    graph.convolutions().forEach(conv -> this.layers.put(conv.output(), conv));
  }

  private static FloatGraph quantized(FloatGraph graph, Map<Node.Convolution, QuantizedLayer> layers) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node instanceof Node.Convolution conv) {
        QuantizedLayer layer = layers.get(conv);
        nodes.add(conv.withWeights(layer.kernel(conv.kernel()), layer.biases()));
      } else {
        nodes.add(node);
      }
    }
    return graph.withNodes(nodes);
  }

  /** The figures of one or more pictures: for each layer the sum of squared errors, and the float outputs' moments. */
  private record Sums(Map<Node.Convolution, Double> errors, Map<Node.Convolution, ChannelMoments> outputs) {

    Sums() {
      this(new HashMap<>(), new HashMap<>());
    }

    void add(Sums other) {
      other.errors.forEach((conv, error) -> errors.merge(conv, error, Double::sum));
      other.outputs.forEach(
          (conv, found) ->
              outputs.computeIfAbsent(conv, c -> new ChannelMoments(c.output().shape().channels())).add(found));
    }
  }

  /**
   * Returns the squared error of each layer's output, with residual and activation, over its variance.
   *
   * @param pictures how many; none give no figures
   * @param input a picture as the float network sees it
   */
  public Map<Node.Convolution, Double> measure(int pictures, IntFunction<float[]> input, OrderedWork work) {
    Sums total = new Sums();
    work.run(pictures, index -> ofPicture(input.apply(index)), (index, sums) -> total.add(sums));
    Map<Node.Convolution, Double> relative = new HashMap<>();
    total.errors.forEach(
        (conv, error) -> {
          double positions = (double) pictures * conv.output().shape().height() * conv.output().shape().width();
          double variance = total.outputs.get(conv).totalVariance();
          relative.put(conv, variance > 0 ? error / positions / variance : 0);
        });
    return relative;
  }

  private Sums ofPicture(float[] input) {
    Sums sums = new Sums();
    Map<Value, float[]> outputs = new HashMap<>();
    exact.run(
        input,
        (value, elements) -> {
          if (layers.containsKey(value)) {
            outputs.put(value, elements.clone());
            ChannelMoments found = new ChannelMoments(value.shape().channels());
            found.add(elements);
            sums.outputs.put(layers.get(value), found);
          }
        });
    quantized.run(
        input,
        (value, elements) -> {
          if (layers.containsKey(value)) {
            sums.errors.put(layers.get(value), squaredDistance(outputs.remove(value), elements));
          }
        });
    return sums;
  }

  private static double squaredDistance(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      double difference = one[i] - other[i];
      sum += difference * difference;
    }
    return sum;
  }
}
