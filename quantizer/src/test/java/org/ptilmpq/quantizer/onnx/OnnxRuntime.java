package org.ptilmpq.quantizer.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.util.Map;
import org.ptilmpq.quantizer.graph.Shape;

/** The oracle: a model in ONNX Runtime, in one thread, without any optimization that could change results. */
final class OnnxRuntime implements AutoCloseable {

  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  private final OrtSession session;

  private OnnxRuntime(OrtSession session) {
    this.session = session;
  }

  static OnnxRuntime open(byte[] model) throws OrtException {
    return new OnnxRuntime(ENVIRONMENT.createSession(model, options()));
  }

  static OnnxRuntime open(String path) throws OrtException {
    return new OnnxRuntime(ENVIRONMENT.createSession(path, options()));
  }

  private static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
    return options;
  }

  /**
   * Runs one picture.
   *
   * @param elements in the order the model's input has
   * @param dims of the model's input
   * @return the output's elements in the order the model gives them
   */
  float[] run(float[] elements, long... dims) throws OrtException {
    String input = session.getInputNames().iterator().next();
    try (OnnxTensor tensor = OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(elements), dims);
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      OnnxTensor output = (OnnxTensor) result.get(0);
      TensorInfo info = output.getInfo();
      float[] values = new float[Math.toIntExact(info.getNumElements())];
      output.getFloatBuffer().get(values);
      return values;
    }
  }

  /** Reorders height × width × channels to channels × height × width. */
  static float[] channelsFirst(float[] elements, Shape shape) {
    float[] result = new float[elements.length];
    int positions = shape.height() * shape.width();
    for (int i = 0; i < elements.length; i++) {
      result[i % shape.channels() * positions + i / shape.channels()] = elements[i];
    }
    return result;
  }

  /** Reorders channels × height × width to height × width × channels. */
  static float[] channelsLast(float[] elements, Shape shape) {
    float[] result = new float[elements.length];
    int positions = shape.height() * shape.width();
    for (int i = 0; i < elements.length; i++) {
      result[i % positions * shape.channels() + i / positions] = elements[i];
    }
    return result;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
