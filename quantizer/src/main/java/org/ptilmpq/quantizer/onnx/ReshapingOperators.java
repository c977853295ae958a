package org.ptilmpq.quantizer.onnx;

import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.quantizer.onnx.Activation.Order;
import org.ptilmpq.quantizer.options.OnnxException;

/** Flatten, Reshape, Squeeze, Unsqueeze and Transpose: nodes that compute nothing. */
final class ReshapingOperators {

  private static final List<Integer> TO_CHANNELS_LAST = List.of(0, 2, 3, 1);
  private static final List<Integer> TO_CHANNELS_FIRST = List.of(0, 3, 1, 2);

  private ReshapingOperators() {}

  static Imported flatten(OnnxNode node, GraphBuilder graph) throws OnnxException {
    List<Integer> dims = node.input(0).dims();
    long axis = node.integer("axis", 1);
    int split = axis == dims.size() ? dims.size() : Dims.axis(axis, dims.size());
    return node.input(0).withDims(
        List.of(Dims.elements(dims.subList(0, split)), Dims.elements(dims.subList(split, dims.size()))));
  }

  static Imported reshape(OnnxNode node, GraphBuilder graph) throws OnnxException {
    long[] shape = node.integers(1);
    if (node.flag("allowzero", false)) {
      throw node.error("allowzero = 1 is not supported");
    }
    return node.input(0).withDims(Dims.reshaped(node.input(0).dims(), shape));
  }

  static Imported squeeze(OnnxNode node, GraphBuilder graph) throws OnnxException {
    List<Integer> dims = new ArrayList<>(node.input(0).dims());
    long[] requested = node.integersFrom(1, "axes").orElse(new long[0]);
    if (requested.length == 0) {
      dims.removeIf(dim -> dim == 1);
    }
    for (int axis : Dims.axes(requested, dims.size()).reversed()) {
      if (dims.remove(axis) != 1) {
        throw node.error("axis " + axis + " is not of dimension 1");
      }
    }
    return node.input(0).withDims(dims);
  }

  static Imported unsqueeze(OnnxNode node, GraphBuilder graph) throws OnnxException {
    List<Integer> dims = new ArrayList<>(node.input(0).dims());
    long[] requested = node.integersFrom(1, "axes").orElseThrow(() -> node.error("axes are missing"));
    for (int axis : Dims.axes(requested, dims.size() + requested.length)) {
      dims.add(axis, 1);
    }
    return node.input(0).withDims(dims);
  }

  static Imported transpose(OnnxNode node, GraphBuilder graph) throws OnnxException {
    List<Integer> dims = node.input(0).dims();
    long[] requested = node.integers("perm");
    List<Integer> permutation = new ArrayList<>();
    if (requested.length == 0) {
      for (int axis = 0; axis < dims.size(); axis++) {
        permutation.addFirst(axis);
      }
    }
    for (long axis : requested) {
      permutation.add(Dims.axis(axis, dims.size()));
    }
    if (permutation.size() != dims.size() || Dims.axes(requested, dims.size()).size() != requested.length) {
      throw node.error("perm " + permutation + " of a tensor of rank " + dims.size());
    }
    if (node.input(0) instanceof Constant constant) {
      graph.allow(Dims.elements(dims));
      return constant.transposed(permutation);
    }
    Activation input = node.activation(0);
    List<Integer> turned = permutation.stream().map(dims::get).toList();
    List<Integer> moving = permutation.stream().filter(axis -> dims.get(axis) != 1).toList();
    if (isSorted(moving)) {
      return input.withDims(turned);
    }
    boolean first = input.order() == Order.CHANNELS_FIRST && dims.equals(Activation.channelsFirst(input.shape()));
    boolean last = input.order() == Order.CHANNELS_LAST && dims.equals(Activation.channelsLast(input.shape()));
    if (first && permutation.equals(TO_CHANNELS_LAST)) {
      return new Activation(input.value(), turned, Order.CHANNELS_LAST, false);
    }
    if (last && permutation.equals(TO_CHANNELS_FIRST)) {
      return new Activation(input.value(), turned, Order.CHANNELS_FIRST, false);
    }
    throw node.error(
        "perm %s of a tensor of dimensions %s; supported: between channels first and channels last"
            .formatted(permutation, dims));
  }

  private static boolean isSorted(List<Integer> axes) {
    return axes.equals(axes.stream().sorted().toList());
  }
}
