package org.ptilmpq.quantizer.onnx;

import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;
import org.ptilmpq.quantizer.options.OnnxException;

/** MaxPool, AveragePool, GlobalAveragePool and ReduceMean over rows and columns. */
final class PoolOperators {

  private PoolOperators() {}

  static Imported maxPool(OnnxNode node, GraphBuilder graph) throws OnnxException {
    Activation input = node.activation(0);
    node.ignore("storage_order"); // Orders the indices, the second output, which nothing may read.
    Window window = window(node, input.picture(), node.flag("ceil_mode", false));
    Value output = output(node, input.shape(), window);
    return graph.add(new Node.MaxPooling(node.name(), input.value(), output, window));
  }

  static Imported averagePool(OnnxNode node, GraphBuilder graph) throws OnnxException {
    Activation input = node.activation(0);
    boolean countPadding = node.flag("count_include_pad", false);
    boolean ceil = node.flag("ceil_mode", false);
    Window window = window(node, input.picture(), ceil);
    if (ceil && countPadding) {
      throw node.error("ceil_mode together with count_include_pad is not supported");
    }
    Value output = output(node, input.shape(), window);
    return graph.add(
        new Node.AveragePooling(
            node.name(), input.value(), output, window, countPadding && window.isPadded(), Clamp.NONE));
  }

  static Imported globalAveragePool(OnnxNode node, GraphBuilder graph) throws OnnxException {
    Activation input = node.activation(0);
    input.picture();
    return globalAverage(node, graph, input);
  }

  /** ReduceMean, whose axes are an attribute before opset 18 and an input since; it must be over rows and columns. */
  static Imported reduceMean(OnnxNode node, GraphBuilder graph) throws OnnxException {
    Activation input = node.activation(0);
    Activation.Axes places = input.axes();
    long[] requested = node.integersFrom(1, "axes").orElse(new long[0]);
    boolean keep = node.flag("keepdims", true);
    if (requested.length == 0 && node.flag("noop_with_empty_axes", false)) {
      return input;
    }
    node.ignore("noop_with_empty_axes");
    List<Integer> axes = Dims.axes(requested, input.dims().size());
    if (!axes.equals(List.of(places.rows(), places.columns()))) {
      throw node.error("axes %s; only a mean over rows and columns is supported".formatted(axes));
    }
    List<Integer> dims = new ArrayList<>(input.dims());
    for (int axis : axes.reversed()) {
      if (keep) {
        dims.set(axis, 1);
      } else {
        dims.remove(axis);
      }
    }
    return globalAverage(node, graph, input).withDims(dims);
  }

  private static Activation globalAverage(OnnxNode node, GraphBuilder graph, Activation input) {
    Shape shape = input.shape();
    Value output = GraphBuilder.output(node, new Shape(1, 1, shape.channels()));
    Window window = Window.covering(shape.height(), shape.width());
    return graph.add(new Node.AveragePooling(node.name(), input.value(), output, window, false, Clamp.NONE));
  }

  private static Window window(OnnxNode node, Shape input, boolean ceil) throws OnnxException {
    Window window = WindowAttributes.read(node, node.integers("kernel_shape"), input, ceil);
    if (window.dilationY() != 1 || window.dilationX() != 1) {
      throw node.error("dilations other than 1 are not supported");
    }
    return window;
  }

  private static Value output(OnnxNode node, Shape input, Window window) {
    int height = window.outputHeight(input.height());
    int width = window.outputWidth(input.width());
    return GraphBuilder.output(node, new Shape(height, width, input.channels()));
  }
}
