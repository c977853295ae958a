package org.ptilmpq.quantizer.onnx;

import java.util.Arrays;
import java.util.List;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.options.OnnxException;

/** Slice with positive steps; starts, ends and axes are attributes before opset 10 and inputs since. */
final class SliceOperator implements Operator {

  /**
   * The part of one dimension that is kept: every {@code step}-th element from {@code start}, {@code count} of them.
   */
  private record Part(int start, int step, int count) {}

  @Override
  public Imported read(OnnxNode node, GraphBuilder graph) throws OnnxException {
    long[] starts = node.integersFrom(1, "starts").orElseThrow(() -> node.error("starts are missing"));
    long[] ends = node.integersFrom(2, "ends").orElseThrow(() -> node.error("ends are missing"));
    long[] axes = node.integersFrom(3, "axes").orElseGet(() -> firstAxes(starts.length));
    long[] steps = node.hasInput(4) ? node.integers(4) : ones(starts.length);
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
    Activation result =
        graph.add(
            new Node.Slice(
                node.name(),
                input.value(),
                output,
                rows.start,
                columns.start,
                channels.start,
                rows.step,
                columns.step,
                channels.step));
    return places.equals(Activation.Axes.CHANNELS_FIRST)
        ? result
        : new Activation(output, Activation.channelsLast(output.shape()), Activation.Order.CHANNELS_LAST, false);
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

  private static long[] firstAxes(int count) {
    long[] axes = new long[count];
    for (int axis = 0; axis < count; axis++) {
      axes[axis] = axis;
    }
    return axes;
  }

  private static long[] ones(int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
