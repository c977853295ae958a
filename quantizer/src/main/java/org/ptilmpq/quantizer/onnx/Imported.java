package org.ptilmpq.quantizer.onnx;

/** What a name in an ONNX graph stands for while the graph is imported. */
sealed interface Imported permits Activation, Constant {}
