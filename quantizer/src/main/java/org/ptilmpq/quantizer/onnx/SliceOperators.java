package org.ptilmpq.quantizer.onnx;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.options.OnnxException;

/** Slice and Pad: nodes that keep a part of a tensor, or put zeros around it. */
final class SliceOperators {

  private SliceOperators() {}

  /**
   * The part of one dimension that is kept: every {@code step}-th element from {@code start}, {@code count} of them.
   */
  private record Part(int start, int step, int count) {}

  /** Reads Slice with positive steps; starts, ends and axes are attributes before opset 10 and inputs since. */
  static Imported slice(OnnxNode node, GraphBuilder graph) throws OnnxException {
    long[] starts = node.integersFrom(1, "starts").orElseThrow(() -> node.error("starts are missing"));
    long[] ends = node.integersFrom(2, "ends").orElseThrow(() -> node.error("ends are missing"));
    long[] axes = node.integersFrom(3, "axes").orElseGet(() -> LongStream.range(0, starts.length).toArray());
    long[] steps = node.hasInput(4) ? node.integers(4) : LongStream.range(0, starts.length).map(_ -> 1).toArray();
    if (ends.length != starts.length || axes.length != starts.length || steps.length != starts.length) {
      throw node.error("starts, ends, axes and steps differ in length");
    }
    if (node.input(0) instanceof Constant constant) {
      return sliced(node, graph, constant, starts, ends, axes, steps);
    }
    Activation input = node.activation(0);
    List<Integer> dims = input.dims();
    Part[] parts = new Part[dims.size()];
    for (int axis = 0; axis < parts.length; axis++) {
      parts[axis] = new Part(0, 1, dims.get(axis));
    }
    for (int i = 0; i < starts.length; i++) {
      int axis = Dims.axis(axes[i], dims.size());
      parts[axis] = part(node, dims.get(axis), starts[i], ends[i], steps[i]);
    }
    Activation.Axes places = input.axes();
    Part rows = parts[places.rows()];
    Part columns = parts[places.columns()];
    Part channels = parts[places.channels()];
    if (parts[0].count != 1) {
      throw node.error("leaves nothing of the batch");
    }
    Value output = GraphBuilder.output(node, new Shape(rows.count, columns.count, channels.count));
    return added(
        graph,
        new Node.Slice(
            node.name(),
            input.value(),
            output,
            rows.start,
            columns.start,
            channels.start,
            rows.step,
            columns.step,
            channels.step),
        places);
  }

  /** A slice of a constant: part of a shape, as exporters compute it. */
  private static Imported sliced(
      OnnxNode node,
      GraphBuilder graph,
      Constant constant,
      long[] starts,
      long[] ends,
      long[] axes,
      long[] steps)
      throws OnnxException {
    if (constant.dims().size() != 1 || starts.length != 1 || axes[0] != 0) {
      throw node.error("slices of constants are supported along their only axis alone");
    }
    Part part = part(node, constant.dims().getFirst(), starts[0], ends[0], steps[0]);
    graph.allow(part.count);
    int[] source = new int[part.count];
    for (int i = 0; i < source.length; i++) {
      source[i] = part.start + i * part.step;
    }
    return constant.gathered(source, List.of(part.count));
  }

  private static Part part(OnnxNode node, int extent, long start, long end, long step) throws OnnxException {
    if (step < 1) {
      throw node.error("a step of " + step + " is not supported");
    }
    long first = Math.clamp(start < 0 ? start + extent : start, 0, extent);
    long last = Math.clamp(end < 0 ? end + extent : end, 0, extent);
    if (first >= last) {
      throw node.error("nothing is left between %d and %d of %d".formatted(start, end, extent));
    }
    long count = 1 + (last - 1 - first) / step;
    return new Part((int) first, (int) Math.min(step, extent), (int) count);
  }

  /** Reads Pad with zeros; pads are an attribute before opset 11 and an input since, axes an input since 18. */
  static Imported pad(OnnxNode node, GraphBuilder graph) throws OnnxException {
    Activation input = node.activation(0);
    String mode = node.text("mode", "constant");
    float value = node.number("value", 0);
    if (node.hasInput(2)) {
      float[] values = node.weights(2).values();
      value = values.length == 1 ? values[0] : Float.NaN;
    }
    if (!mode.equals("constant") || value != 0) {
      throw node.error("mode %s, value %s; only zeros are supported".formatted(mode, value));
    }
    List<Integer> dims = input.dims();
    int rank = dims.size();
    long[] pads = node.integersFrom(1, "pads").orElseThrow(() -> node.error("pads are missing"));
    Optional<long[]> axes = node.hasInput(3) ? Optional.of(node.integers(3)) : Optional.empty();
    int count = axes.map(given -> given.length).orElse(rank);
    if (pads.length != 2 * count) {
      throw node.error("%d pads for %d axes".formatted(pads.length, count));
    }
    int[] before = new int[rank];
    int[] padded = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      padded[axis] = dims.get(axis);
    }
    for (int i = 0; i < count; i++) {
      int axis = axes.isPresent() ? Dims.axis(axes.get()[i], rank) : i;
      long front = pads[i];
      long back = pads[i + count];
      if (front < 0 || back < 0 || front > Integer.MAX_VALUE || back > Integer.MAX_VALUE - front - padded[axis]) {
        throw node.error("pads of %d and %d along axis %d".formatted(front, back, axis));
      }
      before[axis] = (int) front;
      padded[axis] += (int) (front + back);
    }
    Activation.Axes places = input.axes();
    if (padded[0] != 1) {
      throw node.error("pads the batch");
    }
    Value output =
        GraphBuilder.output(
            node, new Shape(padded[places.rows()], padded[places.columns()], padded[places.channels()]));
    return added(
        graph,
        new Node.Padding(
            node.name(),
            input.value(),
            output,
            before[places.rows()],
            before[places.columns()],
            before[places.channels()]),
        places);
  }

  /** Adds a node whose result has the order of dimensions that its input has. */
  private static Activation added(GraphBuilder graph, Node node, Activation.Axes places) {
    Activation result = graph.add(node);
    return places.equals(Activation.Axes.CHANNELS_FIRST)
        ? result
        : new Activation(
            node.output(), Activation.channelsLast(result.shape()), Activation.Order.CHANNELS_LAST, false);
  }
}
