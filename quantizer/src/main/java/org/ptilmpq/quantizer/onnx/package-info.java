/**
 * ONNX import: {@link org.ptilmpq.quantizer.onnx.OnnxReader} makes a {@link org.ptilmpq.quantizer.graph.FloatGraph} of
 * a model of opset 7 to 22. Each kind of ONNX node has its {@link org.ptilmpq.quantizer.onnx.Operator}; one that only
 * changes shapes (Flatten, Reshape, Transpose …) adds no node, see {@link org.ptilmpq.quantizer.onnx.Activation}.
 */
package org.ptilmpq.quantizer.onnx;
