package org.ptilmpq.quantizer.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ptilmpq.quantizer.options.OnnxException;

/** Constant, and the nodes with which exporters compute shapes for Reshape: Shape, Gather, Concat, Cast. */
final class ConstantOperators {

  private ConstantOperators() {}

  static Imported constant(OnnxNode node, GraphBuilder graph) throws IOException {
    Optional<TensorProto> tensor = node.tensor("value");
    if (tensor.isPresent()) {
      return graph.decode(tensor.get(), node.output());
    }
    if (node.hasAttribute("value_float")) {
      return new Constant.Floats(node.output(), List.of(), new float[] {node.number("value_float", 0)});
    }
    if (node.hasAttribute("value_int")) {
      return new Constant.Integers(node.output(), List.of(), new long[] {node.integer("value_int", 0)});
    }
    if (node.hasAttribute("value_ints")) {
      long[] values = node.integers("value_ints");
      return new Constant.Integers(node.output(), List.of(values.length), values);
    }
    List<Float> numbers = node.numbers("value_floats");
    if (numbers.isEmpty()) {
      throw node.error("holds no value of a supported kind");
    }
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i);
    }
    return new Constant.Floats(node.output(), List.of(values.length), values);
  }

  /** Shape: the dimensions of an activation, or those from {@code start} to before {@code end}. */
  static Imported shape(OnnxNode node, GraphBuilder graph) throws OnnxException {
    List<Integer> dims = node.activation(0).dims();
    int start = bound(node.integer("start", 0), dims.size());
    int end = bound(node.integer("end", dims.size()), dims.size());
    long[] values = dims.subList(start, Math.max(start, end)).stream().mapToLong(Integer::longValue).toArray();
    return new Constant.Integers(node.output(), List.of(values.length), values);
  }

  private static int bound(long index, int rank) {
    return Math.clamp(index < 0 ? index + rank : index, 0, rank);
  }

  /** Gather: elements of a vector of integers. */
  static Imported gather(OnnxNode node, GraphBuilder graph) throws OnnxException {
    long[] from = node.integers(0);
    if (!(node.input(0) instanceof Constant vector) || vector.dims().size() != 1 || node.integer("axis", 0) != 0) {
      throw node.error("supported for vectors of integers alone");
    }
    long[] indices = node.integers(1);
    int[] source = new int[indices.length];
    graph.allow(indices.length);
    for (int i = 0; i < indices.length; i++) {
      source[i] = Dims.axis(indices[i], from.length);
    }
    return vector.gathered(source, ((Constant) node.input(1)).dims());
  }

  /** Concat: vectors of integers, one after the other. */
  static Imported concat(OnnxNode node, GraphBuilder graph) throws OnnxException {
    if (node.integer("axis", 0) != 0) {
      throw node.error("supported for vectors of integers alone");
    }
    long[] joined = new long[0];
    for (int input = 0; node.hasInput(input); input++) {
      long[] part = node.integers(input);
      int length = joined.length;
      graph.allow((long) length + part.length);
      joined = Arrays.copyOf(joined, length + part.length);
      System.arraycopy(part, 0, joined, length, part.length);
    }
    return new Constant.Integers(node.output(), List.of(joined.length), joined);
  }

  /** Cast between the floating-point types, all of which are float here, or between the integer types. */
  static Imported cast(OnnxNode node, GraphBuilder graph) throws OnnxException {
    DataType to = DataType.forNumber((int) node.integer("to", 0));
    boolean toFloat = to == DataType.FLOAT || to == DataType.FLOAT16 || to == DataType.DOUBLE;
    boolean toInteger = to == DataType.INT32 || to == DataType.INT64;
    Imported input = node.input(0);
    if (input instanceof Constant.Integers ? !toInteger : !toFloat) {
      throw node.error("a cast to " + to + " is not supported here");
    }
    return input;
  }
}
