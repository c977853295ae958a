package org.ptilmpq.bench;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.ptilmpq.bench.PeerComparison.Peer;
import org.ptilmpq.format.Tensor;

/** ONNX Runtime through its Java interface, on the CPU, with all graph optimizations. */
final class OnnxRuntimePeer implements Peer {

  private final String name;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String inputName;
  private final long[] shape;
  private final FloatBuffer input;

  private OnnxRuntimePeer(String name, OrtEnvironment environment, OrtSession session, Tensor tensor, float[] values)
      throws OrtException {
    this.name = name;
    this.environment = environment;
    this.session = session;
    inputName = session.getInputNames().iterator().next();
    TensorInfo info = (TensorInfo) session.getInputInfo().get(inputName).getInfo();
    if (session.getNumInputs() != 1 || info.type != OnnxJavaType.FLOAT) {
      throw new IllegalArgumentException(
          "%s has %d inputs, the first of type %s; one of floats is needed"
              .formatted(name, session.getNumInputs(), info.type));
    }
    boolean channelsFirst = channelsFirst(info.getShape(), tensor);
    shape =
        channelsFirst
            ? new long[] {1, tensor.channels(), tensor.height(), tensor.width()}
            : new long[] {1, tensor.height(), tensor.width(), tensor.channels()};
    input = FloatBuffer.wrap(channelsFirst ? channelsFirst(values, tensor.channels()) : values);
  }

  /**
   * Opens a model.
   *
   * @param name human-readable
   * @param tensor shape of the input
   * @param values real values of the input, height × width × channels
   * @throws IllegalArgumentException when the model requires another input
   */
  static OnnxRuntimePeer open(String name, Path model, int threads, Tensor tensor, float[] values)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      // Its threads would go on spinning while another engine is timed.
      options.addConfigEntry("session.force_spinning_stop", "1");
      OrtSession session = environment.createSession(model.toString(), options);
      try {
        return new OnnxRuntimePeer(name, environment, session, tensor, values);
      } catch (OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    }
  }

  private static boolean channelsFirst(long[] shape, Tensor tensor) {
    long[] first = {1, tensor.channels(), tensor.height(), tensor.width()};
    long[] last = {1, tensor.height(), tensor.width(), tensor.channels()};
    if (!fits(shape, first) && !fits(shape, last)) {
      throw new IllegalArgumentException(
          "the ONNX model's input is %s, the .pq file's %d × %d × %d: not the same network"
              .formatted(Arrays.toString(shape), tensor.height(), tensor.width(), tensor.channels()));
    }
    return fits(shape, first);
  }

  /** Whether shapes fit; sizes that the model leaves open are −1. */
  private static boolean fits(long[] shape, long[] wanted) {
    boolean fits = shape.length == wanted.length;
    for (int i = 0; fits && i < shape.length; i++) {
      fits = shape[i] == wanted[i] || shape[i] < 0;
    }
    return fits;
  }

  private static float[] channelsFirst(float[] values, int channels) {
    int pixels = values.length / channels;
    float[] planes = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      planes[i % channels * pixels + i / channels] = values[i];
    }
    return planes;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public float[] run() {
    input.rewind();
    try (OnnxTensor tensor = OnnxTensor.createTensor(environment, input, shape);
        OrtSession.Result result = session.run(Map.of(inputName, tensor))) {
      FloatBuffer scores = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] copy = new float[scores.remaining()];
      scores.get(copy);
      return copy;
    } catch (OrtException e) {
      throw new IllegalStateException(name + " failed to run: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(name + " failed to close: " + e.getMessage(), e);
    }
  }
}
