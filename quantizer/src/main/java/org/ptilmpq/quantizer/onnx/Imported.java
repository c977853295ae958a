package org.ptilmpq.quantizer.onnx;

/** The meaning of a name in an ONNX graph while the graph is imported. */
sealed interface Imported permits Activation, Constant {}
