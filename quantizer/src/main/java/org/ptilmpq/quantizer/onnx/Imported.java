package org.ptilmpq.quantizer.onnx;

import java.util.List;

/** The meaning of a name in an ONNX graph while the graph is imported: a tensor that is computed or held. */
sealed interface Imported permits Activation, Constant {

  /** The dimensions of the ONNX tensor. */
  List<Integer> dims();

  /** Returns this tensor with other dimensions, its elements in the same order. */
  Imported withDims(List<Integer> dims);
}
