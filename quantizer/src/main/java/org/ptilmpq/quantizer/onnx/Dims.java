package org.ptilmpq.quantizer.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Arithmetic on the dimensions of ONNX tensors. */
final class Dims {

  private static final int MAX_RANK = 16;

  private Dims() {}

  /** Number of elements; {@link IllegalArgumentException} if it doesn't fit an int. */
  static int elements(List<Integer> dims) {
    long elements = 1;
    for (int dim : dims) {
      elements *= dim;
      if (elements > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("a tensor of dimensions " + dims + " is too large");
      }
    }
    return (int) elements;
  }

  /** Limits a rank to what networks have; a hostile one could cost any amount of time. */
  static void checkRank(long rank) {
    if (rank > MAX_RANK) {
      throw new IllegalArgumentException("a tensor of rank " + rank);
    }
  }

  /** Returns an axis counted from the front; negative ones count from the back. */
  static int axis(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new IllegalArgumentException("axis " + axis + " of a tensor of rank " + rank);
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** Axes counted from the front, in ascending order, none twice. */
  static List<Integer> axes(long[] axes, int rank) {
    checkRank(rank);
    List<Integer> sorted = new ArrayList<>();
    for (long axis : axes) {
      int normalized = axis(axis, rank);
      if (sorted.contains(normalized)) {
        throw new IllegalArgumentException("axis " + axis + " occurs twice");
      }
      sorted.add(normalized);
    }
    Collections.sort(sorted);
    return sorted;
  }

  /** Returns the dimensions after a Reshape to {@code requested}: 0 keeps a dimension, −1 takes what is left. */
  static List<Integer> reshaped(List<Integer> dims, long[] requested) {
    checkRank(requested.length);
    List<Integer> result = new ArrayList<>();
    long known = 1;
    int open = -1;
    for (int i = 0; i < requested.length; i++) {
      long dim = requested[i];
      if (dim == 0 && i < dims.size()) {
        dim = dims.get(i);
      }
      if (dim == -1 && open < 0) {
        open = i;
        dim = 1;
      }
      if (dim < 1 || dim > Integer.MAX_VALUE || known * dim > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("dimension " + requested[i] + " of the new shape");
      }
      known *= dim;
      result.add((int) dim);
    }
    int elements = elements(dims);
    if (open >= 0) {
      result.set(open, (int) (elements / known));
    }
    if (elements(result) != elements) {
      throw new IllegalArgumentException("dimensions " + dims + " can't become " + result);
    }
    return result;
  }
}
