/** ONNX in, {@code .pq} out. Programs use {@link org.ptilmpq.quantizer}; the float graph is open to measurements. */
module org.ptilmpq.quantizer {
  requires transitive org.ptilmpq.runtime;
  requires org.tribuo.util.onnx;
  requires com.google.protobuf;
  requires jdk.incubator.vector;

  exports org.ptilmpq.quantizer;
  exports org.ptilmpq.quantizer.graph;
  exports org.ptilmpq.quantizer.onnx;
  exports org.ptilmpq.quantizer.options;
  exports org.ptilmpq.quantizer.passes;
  exports org.ptilmpq.quantizer.reference;
  exports org.ptilmpq.quantizer.report;
}
