/**
 * ONNX in: {@link org.ptilmpq.quantizer.onnx.OnnxReader} makes a {@link org.ptilmpq.quantizer.graph.FloatGraph} of a
 * model of opset 7 to 22. One {@link org.ptilmpq.quantizer.onnx.Operator} stands for each kind of ONNX node; what an
 * operator does to shapes only (Flatten, Reshape, Transpose …) leaves no node behind, see {@link
 * org.ptilmpq.quantizer.onnx.Activation}.
 */
package org.ptilmpq.quantizer.onnx;
