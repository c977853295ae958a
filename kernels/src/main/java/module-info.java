/** Dequantize-and-compute kernels: scalar, with the Vector API, and as machine code. */
module org.ptilmpq.kernels {
  requires jdk.incubator.vector;

  exports org.ptilmpq.kernels;
}
