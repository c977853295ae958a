package org.ptilmpq.quantizer.onnx;

import java.util.List;
import java.util.Optional;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.options.OnnxException;

/** Pad with zeros; pads are an attribute before opset 11 and an input since, axes an input since 18. */
final class PadOperator implements Operator {

  @Override
  public Imported read(OnnxNode node, GraphBuilder graph) throws OnnxException {
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
    Activation result =
        graph.add(
            new Node.Padding(
                node.name(),
                input.value(),
                output,
                before[places.rows()],
                before[places.columns()],
                before[places.channels()]));
    return places.equals(Activation.Axes.CHANNELS_FIRST)
        ? result
        : new Activation(output, Activation.channelsLast(output.shape()), Activation.Order.CHANNELS_LAST, false);
  }
}
