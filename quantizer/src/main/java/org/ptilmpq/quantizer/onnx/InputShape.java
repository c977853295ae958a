package org.ptilmpq.quantizer.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.OptionalInt;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.options.OnnxException;

/** The input that a model declares: a batch of pictures, some of whose extents may be open. */
final class InputShape {

  private InputShape() {}

  /**
   * The graph's input.
   *
   * @param channelsLast whether the dimensions are batch, rows, columns, channels
   * @param openSide rows and columns where the model leaves them open
   */
  static Activation read(ValueInfoProto info, boolean channelsLast, OptionalInt openSide) throws OnnxException {
    String name = info.getName();
    TypeProto.Tensor type = info.getType().getTensorType();
    DataType elements = DataType.forNumber(type.getElemType());
    if (elements != DataType.FLOAT && elements != DataType.FLOAT16 && elements != DataType.DOUBLE) {
      throw new OnnxException("input '%s' is of element type %s; floats are supported".formatted(name, elements));
    }
    TensorShapeProto shape = type.getShape();
    if (shape.getDimCount() != 4) {
      throw new OnnxException(
          "input '%s' has %d dimensions; 4 are supported: batch, channels, rows, columns"
              .formatted(name, shape.getDimCount()));
    }
    Dimension batch = shape.getDim(0);
    if (batch.getDimValue() > 1) {
      throw new OnnxException(
          "input '%s' is a batch of %d pictures; export the model with a batch of 1 or an open one"
              .formatted(name, batch.getDimValue()));
    }
    int channels = extent(name, "channels", shape.getDim(channelsLast ? 3 : 1), OptionalInt.empty());
    int rows = extent(name, "height", shape.getDim(channelsLast ? 1 : 2), openSide);
    int columns = extent(name, "width", shape.getDim(channelsLast ? 2 : 3), openSide);
    try {
      Value value = new Value(name, GraphBuilder.limited(new Shape(rows, columns, channels)));
      return channelsLast
          ? new Activation(
              value, Activation.channelsLast(value.shape()), Activation.Order.CHANNELS_LAST, false)
          : Activation.of(value);
    } catch (IllegalArgumentException tooLarge) {
      throw new OnnxException("input '" + name + "': " + tooLarge.getMessage(), tooLarge);
    }
  }

  private static int extent(String input, String what, Dimension dimension, OptionalInt open) throws OnnxException {
    long extent = dimension.getDimValue();
    if (dimension.getValueCase() != Dimension.ValueCase.DIM_VALUE || extent == -1) {
      return open.orElseThrow(
          () ->
              new OnnxException(
                  "input '%s' leaves its %s open; say the size, or export the model with a fixed one"
                      .formatted(input, what)));
    }
    if (extent < 1 || extent > Integer.MAX_VALUE) {
      throw new OnnxException("input '%s': %s %d".formatted(input, what, extent));
    }
    return (int) extent;
  }
}
