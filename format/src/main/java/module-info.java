/** The {@code .pq} file: schema, reader, verifier, writer, bit packing. */
module org.ptilmpq.format {
  requires flatbuffers.java;

  exports org.ptilmpq.format;
}
