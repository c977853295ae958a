/**
 * How fast it is: JMH sweeps of single kernels over bit widths and layer shapes, and whole networks side by side with
 * ONNX Runtime. {@link org.ptilmpq.bench.Main} starts both.
 */
package org.ptilmpq.bench;
