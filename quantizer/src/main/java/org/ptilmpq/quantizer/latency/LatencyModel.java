package org.ptilmpq.quantizer.latency;

import java.util.List;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Weights;
import org.ptilmpq.kernels.KernelCosts;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;

/**
 * What the layers of a network are expected to take for one picture, nanoseconds on one thread of the machine whose kernels
 * have these costs. It knows arithmetic alone; decoding a picture and opening a file are not in it.
 */
public final class LatencyModel {

  /** 16-bit lanes are what the costs' vectors count. */
  private static final double LANE_BITS = Short.SIZE;

  /**
   * What an input of a depthwise layer takes over multiplying one in fp32 lanes: bytes are widened at every tap, and
   * integers multiplied and added one after the other. MobileNetV2's 16 vector layers took 4.4 times, its 1×1 convolutions
   * 1.7 times what a factor of 1 had expected of them ({@code ./ptilmpq benchmark --threads 1 --layers}, 512 bits).
   */
  private static final double DEPTHWISE_INPUT = 5;

  private final FloatGraph graph;
  private final KernelCosts costs;

  public LatencyModel(FloatGraph graph, KernelCosts costs) {
    this.graph = graph;
    this.costs = costs;
  }

  /**
   * A layer before its weights are quantized.
   *
   * @param planes bits of a weight of each channel that kernels read
   * @param magnitudes mean |level| of each channel
   */
  public double expected(Node.Convolution conv, double[] planes, double[] magnitudes) {
    return of(conv, LevelFigures.expected(planes, magnitudes));
  }

  /** A quantized layer. */
  public double of(Node.Convolution conv, Weights weights) {
    return of(conv, LevelFigures.of(weights));
  }

  private double of(Node.Convolution conv, LevelFigures figures) {
    Shape output = conv.output().shape();
    long pixels = (long) output.height() * output.width();
    int inputs = conv.kernel().weightsPerOutput();
    if (conv.isDepthwise()) {
      return pixels * vectors(output.channels()) * (DEPTHWISE_INPUT * costs.floatInput() * inputs + costs.output());
    }
    boolean dilated = conv.window().dilationX() > 1 || conv.window().dilationY() > 1;
    // Those are multiplied, whatever their planes are.
    double planes = conv.groups() > 1 || dilated ? Double.POSITIVE_INFINITY : figures.planes();
    int channels = output.channels() / conv.groups();
    return conv.groups() * costs.convolution(pixels, inputs, channels, planes, figures.magnitude());
  }

  /**
   * What is no convolution: pooling, additions, slices. Each is taken to handle every element of its larger side as
   * requantizing does.
   */
  public double withoutWeights() {
    double sum = 0;
    for (Node node : graph.nodes()) {
      if (!(node instanceof Node.Convolution)) {
        double largest = pass(node.output());
        for (Value input : node.inputs()) {
          largest = Math.max(largest, pass(input));
        }
        sum += largest;
      }
    }
    return sum;
  }

  private double pass(Value value) {
    Shape shape = value.shape();
    return (double) shape.height() * shape.width() * vectors(shape.channels()) * costs.output();
  }

  private double vectors(int channels) {
    return Math.ceil(channels / (costs.bits() / LANE_BITS));
  }

  /** Width of the vectors that the costs are of. */
  public int vectorBits() {
    return costs.bits();
  }

  /** The whole network. */
  public double of(PqModel model) {
    List<Node.Convolution> layers = graph.convolutions();
    double sum = withoutWeights();
    int next = 0;
    for (Operation operation : model.operations()) {
      if (operation instanceof Operation.Convolution convolution) {
        sum += of(layers.get(next++), convolution.weights());
      }
    }
    return sum;
  }
}
