package org.ptilmpq.quantizer.onnx;

import java.util.ArrayList;
import java.util.List;

/** A tensor whose elements the model holds. */
sealed interface Constant extends Imported {

  /** The name of the initializer, or of the node that produced it. */
  String name();

  @Override
  Constant withDims(List<Integer> dims);

  /** Returns the elements {@code source[0]}, {@code source[1]}, … of this one, with the given dimensions. */
  Constant gathered(int[] source, List<Integer> dims);

  /**
   * Returns this constant with its axes in another order: axis i of the result is axis {@code permutation.get(i)} of
   * this one.
   */
  default Constant transposed(List<Integer> permutation) {
    int rank = dims().size();
    List<Integer> dims = new ArrayList<>();
    permutation.forEach(axis -> dims.add(dims().get(axis)));
    int[] strides = new int[rank];
    for (int axis = rank - 1, stride = 1; axis >= 0; stride *= dims().get(axis), axis--) {
      strides[axis] = stride;
    }
    int[] source = new int[Dims.elements(dims)];
    int[] index = new int[rank];
    for (int i = 0, from = 0; i < source.length; i++) {
      source[i] = from;
      for (int axis = rank - 1; axis >= 0; axis--) {
        int stride = strides[permutation.get(axis)];
        from += stride;
        if (++index[axis] < dims.get(axis)) {
          break;
        }
        from -= stride * dims.get(axis);
        index[axis] = 0;
      }
    }
    return gathered(source, dims);
  }

  /** Weights and the like; float16 and double become float. */
  record Floats(String name, List<Integer> dims, float[] values) implements Constant {
    @Override
    public Floats withDims(List<Integer> dims) {
      return new Floats(name, List.copyOf(dims), values);
    }

    @Override
    public Floats gathered(int[] source, List<Integer> dims) {
      float[] gathered = new float[source.length];
      for (int i = 0; i < source.length; i++) {
        gathered[i] = values[source[i]];
      }
      return new Floats(name, List.copyOf(dims), gathered);
    }
  }

  /** Axes, shapes, paddings and the like; all integer types and booleans. */
  record Integers(String name, List<Integer> dims, long[] values) implements Constant {
    @Override
    public Integers withDims(List<Integer> dims) {
      return new Integers(name, List.copyOf(dims), values);
    }

    @Override
    public Integers gathered(int[] source, List<Integer> dims) {
      long[] gathered = new long[source.length];
      for (int i = 0; i < source.length; i++) {
        gathered[i] = values[source[i]];
      }
      return new Integers(name, List.copyOf(dims), gathered);
    }
  }
}
