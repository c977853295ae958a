package org.ptilmpq.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.ptilmpq.bench.PeerComparison.Peer;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;

/** This project's runtime. */
final class SessionPeer implements Peer {

  private final Session session;
  private final byte[] input;

  /**
   * @param input height × width × channels bytes in the input tensor's quantization
   */
  private SessionPeer(Session session, byte[] input) {
    this.session = session;
    this.input = input;
  }

  /** Opens a model with the default options and makes up an input of random bytes. */
  static SessionPeer open(Path model, int threads, RandomGenerator random) throws IOException {
    return open(model, SessionOptions.defaults().withThreads(threads), random);
  }

  /** Opens a model and makes up an input of random bytes. */
  static SessionPeer open(Path model, SessionOptions options, RandomGenerator random) throws IOException {
    Session session = Session.open(model, options);
    byte[] input = new byte[session.model().inputTensor().elements()];
    random.nextBytes(input);
    return new SessionPeer(session, input);
  }

  @Override
  public String name() {
    return "PTILMPQ";
  }

  @Override
  public float[] run() {
    session.input(input);
    session.run();
    return session.logits();
  }

  /** The kernels that run, and why. */
  String kernels() {
    return session.kernelChoice();
  }

  Tensor inputTensor() {
    return session.model().inputTensor();
  }

  /** The real values of the input, height × width × channels. */
  float[] realInput() {
    Tensor tensor = inputTensor();
    float[] real = new float[input.length];
    for (int i = 0; i < real.length; i++) {
      real[i] = tensor.scale() * (input[i] - tensor.zeroPoint());
    }
    return real;
  }

  @Override
  public void close() {
    session.close();
  }
}
