/**
 * ONNX in, {@code .pq} out. Programs use {@link org.ptilmpq.quantizer} with its options, and read its report; all other
 * packages are the quantizer's own.
 */
module org.ptilmpq.quantizer {
  requires transitive org.ptilmpq.runtime;
  requires org.tribuo.util.onnx;
  requires com.google.protobuf;
  requires jdk.incubator.vector;

  exports org.ptilmpq.quantizer;
  exports org.ptilmpq.quantizer.options;
  exports org.ptilmpq.quantizer.report;
}
