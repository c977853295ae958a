package org.ptilmpq.bench;

/** An engine with a network opened in it, to be timed beside others. */
interface Peer extends AutoCloseable {

  /** Human-readable: "PTILMPQ", "ONNX Runtime fp32". */
  String name();

  /** One inference, from an input in the Java heap to scores in the Java heap. */
  float[] run();

  @Override
  void close();
}
