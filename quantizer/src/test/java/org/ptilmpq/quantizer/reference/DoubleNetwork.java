package org.ptilmpq.quantizer.reference;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;

/** Runs a graph in double, element by element from the formulas, with something added to convolutions' own results. */
public final class DoubleNetwork {

  /** The amount added to each element of each convolution's result, before residual and clamp. */
  @FunctionalInterface
  public interface Perturbation {
    double at(Node.Convolution convolution, int element);
  }

  private final FloatGraph graph;
  private final float[] picture;
  private final Map<Value, double[]> values = new HashMap<>();

  public DoubleNetwork(FloatGraph graph, float[] picture) {
    this.graph = graph;
    this.picture = picture;
  }

  /** Returns the log softmax of each class. */
  public double[] logProbabilities(Perturbation perturbation) {
    double[] input = new double[picture.length];
    for (int i = 0; i < input.length; i++) {
      input[i] = picture[i];
    }
    values.clear();
    values.put(graph.input(), input);
    for (Node node : graph.nodes()) {
      double[] output = new double[node.output().shape().elements()];
      Shape shape = node.output().shape();
      for (int i = 0; i < output.length; i++) {
        int position = i / shape.channels();
        double value = element(node, position / shape.width(), position % shape.width(), i % shape.channels());
        if (node instanceof Node.Convolution conv) {
          value += perturbation.at(conv, i);
          value += conv.residual().isPresent() ? values.get(conv.residual().get())[i] : 0;
        }
        output[i] = clamp(node.clamp(), value);
      }
      values.put(node.output(), output);
    }
    double[] scores = values.get(graph.output());
    double log = Math.log(Arrays.stream(scores).map(Math::exp).sum());
    return Arrays.stream(scores).map(score -> score - log).toArray();
  }

  private static double clamp(Clamp clamp, double value) {
    return Math.min(Math.max(value, clamp.low()), clamp.high());
  }

  /** Returns an element of a value, or {@code absent} outside it. */
  private double at(Value value, int y, int x, int c, double absent) {
    Shape shape = value.shape();
    boolean inside =
        y >= 0 && y < shape.height() && x >= 0 && x < shape.width() && c >= 0 && c < shape.channels();
    return inside ? values.get(value)[(y * shape.width() + x) * shape.channels() + c] : absent;
  }

  private double element(Node node, int y, int x, int c) {
    return switch (node) {
      case Node.Convolution conv -> convolution(conv, y, x, c);
      case Node.Addition a -> at(a.left(), y, x, c, 0) + at(a.right(), y, x, c, 0);
      case Node.Activation a -> at(a.input(), y, x, c, 0);
      case Node.Slice s ->
          at(
              s.input(),
              s.startY() + y * s.strideY(),
              s.startX() + x * s.strideX(),
              s.startC() + c * s.strideC(),
              0);
      case Node.Padding p -> at(p.input(), y - p.padTop(), x - p.padLeft(), c - p.padFront(), 0);
      case Node.MaxPooling p -> {
        double largest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < p.window().kernelHeight() * p.window().kernelWidth(); k++) {
          largest = Math.max(largest, windowElement(p.input(), p.window(), y, x, k, c, largest));
        }
        yield largest;
      }
      case Node.AveragePooling p -> {
        double sum = 0;
        int inside = 0;
        int all = p.window().kernelHeight() * p.window().kernelWidth();
        for (int k = 0; k < all; k++) {
          double value = windowElement(p.input(), p.window(), y, x, k, c, Double.NaN);
          if (!Double.isNaN(value)) {
            sum += value;
            inside++;
          }
        }
        yield sum / (p.countPadding() ? all : inside);
      }
    };
  }

  private double windowElement(Value value, Window window, int y, int x, int k, int c, double absent) {
    int row = y * window.strideY() - window.padTop() + k / window.kernelWidth() * window.dilationY();
    int column = x * window.strideX() - window.padLeft() + k % window.kernelWidth() * window.dilationX();
    return at(value, row, column, c, absent);
  }

  private double convolution(Node.Convolution conv, int y, int x, int out) {
    Kernel kernel = conv.kernel();
    int group = out / (kernel.outputs() / conv.groups());
    int positions = kernel.height() * kernel.width();
    double sum = conv.bias()[out];
    for (int in = 0; in < kernel.inputs(); in++) {
      for (int k = 0; k < positions; k++) {
        double weight = kernel.values()[(out * kernel.inputs() + in) * positions + k];
        sum += weight * windowElement(conv.input(), conv.window(), y, x, k, group * kernel.inputs() + in, 0);
      }
    }
    return sum;
  }
}
