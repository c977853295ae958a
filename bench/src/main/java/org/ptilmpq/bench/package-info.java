/**
 * How fast it is: JMH sweeps of single kernels over bit widths and layer shapes, the same beside the machine's limits,
 * and whole networks side by side with ONNX Runtime and TensorFlow Lite. {@link org.ptilmpq.bench.Main} starts all of
 * it.
 */
package org.ptilmpq.bench;
