/** Dequantize-and-compute kernels, scalar and with the Vector API. */
module org.ptilmpq.kernels {
  requires jdk.incubator.vector;

  exports org.ptilmpq.kernels;
}
