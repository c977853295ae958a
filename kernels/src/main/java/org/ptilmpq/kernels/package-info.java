/**
 * Dequantize-and-compute kernels: packed low-bit weights in, bytes out. {@link org.ptilmpq.kernels.KernelProvider}
 * chooses between the scalar truth and its Vector API twin; both give the same bits. This package knows arrays, memory
 * segments and the Vector API: no files, threads or graphs.
 */
package org.ptilmpq.kernels;
