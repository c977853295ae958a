package org.ptilmpq.quantizer.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;
import org.ptilmpq.quantizer.options.OnnxException;

/** Nodes that move a window over a picture: Conv, MaxPool, AveragePool, GlobalAveragePool and ReduceMean. */
final class WindowOperators {

  /** Larger than any picture; keeps every product of two of them within a long. */
  private static final int MAX_ATTRIBUTE = 1 << 20;

  private WindowOperators() {}

  /** Reads Conv with two spatial dimensions and weights that the model holds. */
  static Imported convolution(OnnxNode node, GraphBuilder graph) throws OnnxException {
    Activation input = node.activation(0);
    Shape shape = input.picture();
    Constant.Floats weights = node.weights(1);
    List<Integer> dims = weights.dims();
    if (dims.size() != 4) {
      throw node.error("weights of dimensions " + dims + "; only convolutions over rows and columns are supported");
    }
    int outputs = dims.get(0);
    long[] kernel = {dims.get(2), dims.get(3)};
    if (!Arrays.equals(node.integers("kernel_shape", kernel), kernel)) {
      throw node.error("kernel_shape is not that of the weights");
    }
    Window window = window(node, kernel, shape, false);
    long groups = node.integer("group", 1);
    if (groups < 1 || groups > outputs) {
      throw node.error("group = " + groups);
    }
    graph.allow((long) weights.values().length + outputs);
    return graph.add(
        new Node.Convolution(
            node.name(),
            input.value(),
            output(node, shape, window, outputs),
            window,
            (int) groups,
            new Kernel(outputs, dims.get(1), dims.get(2), dims.get(3), weights.values()),
            node.hasInput(2) ? node.channelWeights(2, outputs) : new float[outputs]));
  }

  static Imported maxPool(OnnxNode node, GraphBuilder graph) throws OnnxException {
    Activation input = node.activation(0);
    node.ignore("storage_order"); // Orders the indices, the second output, which nothing may read.
    Window window = poolingWindow(node, input.picture(), node.flag("ceil_mode", false));
    Value output = output(node, input.shape(), window, input.shape().channels());
    return graph.add(new Node.MaxPooling(node.name(), input.value(), output, window));
  }

  static Imported averagePool(OnnxNode node, GraphBuilder graph) throws OnnxException {
    Activation input = node.activation(0);
    boolean countPadding = node.flag("count_include_pad", false);
    boolean ceil = node.flag("ceil_mode", false);
    Window window = poolingWindow(node, input.picture(), ceil);
    if (ceil && countPadding) {
      throw node.error("ceil_mode together with count_include_pad is not supported");
    }
    Value output = output(node, input.shape(), window, input.shape().channels());
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

  private static Window poolingWindow(OnnxNode node, Shape input, boolean ceil) throws OnnxException {
    Window window = window(node, node.integers("kernel_shape"), input, ceil);
    if (window.dilationY() != 1 || window.dilationX() != 1) {
      throw node.error("dilations other than 1 are not supported");
    }
    return window;
  }

  private static Value output(OnnxNode node, Shape input, Window window, int channels) {
    int height = window.outputHeight(input.height());
    int width = window.outputWidth(input.width());
    return GraphBuilder.output(node, new Shape(height, width, channels));
  }

  /**
   * Reads the attributes that convolutions and poolings share: strides, dilations, pads, auto_pad.
   *
   * @param kernel rows and columns
   * @param input the shape it moves over
   * @param ceil whether a last, partial window is kept: padding at the end grows for it
   */
  private static Window window(OnnxNode node, long[] kernel, Shape input, boolean ceil) throws OnnxException {
    int[] size = checked(node, "kernel_shape", kernel, 2, 1);
    int[] strides = checked(node, "strides", node.integers("strides", 1, 1), 2, 1);
    int[] dilations = checked(node, "dilations", node.integers("dilations", 1, 1), 2, 1);
    int[] pads = checked(node, "pads", node.integers("pads", 0, 0, 0, 0), 4, 0);
    String autoPad = node.text("auto_pad", "NOTSET");
    int[] extents = {input.height(), input.width()};
    for (int axis = 0; axis < 2; axis++) {
      long reach = (long) dilations[axis] * (size[axis] - 1) + 1;
      switch (autoPad) {
        case "NOTSET" -> {}
        case "VALID" -> pads[axis] = pads[axis + 2] = 0;
        case "SAME_UPPER", "SAME_LOWER" -> {
          // TensorFlow's rule: as many windows as strides fit in the input, with the padding they need split in half.
          int steps = Math.ceilDiv(extents[axis], strides[axis]);
          long needed = (steps - 1L) * strides[axis] + reach - extents[axis];
          if (needed < -1 && !node.operator().equals("Conv")) {
            // TensorFlow still starts at the first element, ONNX Runtime only in convolutions.
            throw node.error(autoPad + " with a stride far beyond the kernel is read differently everywhere");
          }
          int total = Math.toIntExact(Math.max(needed, 0));
          pads[axis] = autoPad.equals("SAME_UPPER") ? total / 2 : total - total / 2;
          pads[axis + 2] = total - pads[axis];
        }
        default -> throw node.error("auto_pad " + autoPad + " is not supported");
      }
      if (ceil) {
        pads[axis + 2] += grown(extents[axis], strides[axis], reach, pads[axis], pads[axis + 2]);
      }
    }
    return new Window(
        size[0],
        size[1],
        strides[0],
        strides[1],
        dilations[0],
        dilations[1],
        pads[0],
        pads[1],
        pads[2],
        pads[3]);
  }

  /** Returns the padding that a last, partial window needs; negative if windows in padding alone are dropped. */
  private static int grown(int extent, int stride, long reach, int before, int after) {
    long free = (long) extent + before + after - reach;
    long steps = Math.ceilDiv(free, stride) + 1;
    if ((steps - 1) * stride >= (long) extent + before) {
      steps--; // Windows that would start beyond the input are dropped, as in PyTorch and ONNX Runtime.
    }
    return Math.toIntExact(Math.max((steps - 1) * stride - free, -after));
  }

  private static int[] checked(OnnxNode node, String name, long[] values, int count, int least) throws OnnxException {
    if (values.length != count) {
      throw node.error("%s has %d entries; two spatial dimensions need %d".formatted(name, values.length, count));
    }
    int[] checked = new int[count];
    for (int i = 0; i < count; i++) {
      if (values[i] < least || values[i] > MAX_ATTRIBUTE) {
        throw node.error("%s of %d".formatted(name, values[i]));
      }
      checked[i] = (int) values[i];
    }
    return checked;
  }
}
