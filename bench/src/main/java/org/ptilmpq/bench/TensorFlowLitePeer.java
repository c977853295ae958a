package org.ptilmpq.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolverWithXNNPACK;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.bytedeco.tensorflowlite.global.tensorflowlite;
import org.ptilmpq.bench.PeerComparison.Peer;

/**
 * TensorFlow Lite with XNNPACK, as JavaCPP binds it. The native library is that of x86-64 Linux, and JavaCPP unpacks it
 * to {@code ~/.javacpp/cache} at the first use. The interpreter of the C interface would run without XNNPACK, which
 * takes eight times as long on ResNet-8.
 */
final class TensorFlowLitePeer implements Peer {

  static final String NAME = "TensorFlow Lite";

  private final FlatBufferModel model;
  private final BuiltinOpResolverWithXNNPACK operators;
  private final Interpreter interpreter;
  private final TfLiteTensor in;
  private final TfLiteTensor out;
  private final byte[] input;
  private final Numbers scores;

  /** A tensor's numbers as floats, or as bytes with scale and zero point. */
  private record Numbers(boolean floats, float scale, int zeroPoint) {

    static Numbers of(TfLiteTensor tensor, Path file) throws IOException {
      int type = tensorflowlite.TfLiteTensorType(tensor);
      if (type != tensorflowlite.kTfLiteFloat32 && type != tensorflowlite.kTfLiteInt8) {
        throw new IOException(file + " has a tensor of type " + type + "; 32-bit floats or signed bytes are needed");
      }
      try (var quantization = tensorflowlite.TfLiteTensorQuantizationParams(tensor)) {
        return new Numbers(type == tensorflowlite.kTfLiteFloat32, quantization.scale(), quantization.zero_point());
      }
    }

    byte[] encode(float[] values) {
      ByteBuffer bytes = buffer(values.length * (floats ? Float.BYTES : 1));
      for (float value : values) {
        if (floats) {
          bytes.putFloat(value);
        } else {
          bytes.put((byte) Math.clamp(Math.round(value / scale) + zeroPoint, -128, 127));
        }
      }
      return bytes.array();
    }

    float[] decode(byte[] data) {
      ByteBuffer bytes = ByteBuffer.wrap(data).order(ByteOrder.nativeOrder());
      float[] values = new float[data.length / (floats ? Float.BYTES : 1)];
      for (int i = 0; i < values.length; i++) {
        values[i] = floats ? bytes.getFloat() : scale * (bytes.get() - zeroPoint);
      }
      return values;
    }

    private static ByteBuffer buffer(int bytes) {
      return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }
  }

  private TensorFlowLitePeer(
      FlatBufferModel model, BuiltinOpResolverWithXNNPACK operators, Interpreter interpreter, Path file, float[] values)
      throws IOException {
    this.model = model;
    this.operators = operators;
    this.interpreter = interpreter;
    in = interpreter.input_tensor(0);
    out = interpreter.output_tensor(0);
    input = Numbers.of(in, file).encode(values);
    scores = Numbers.of(out, file);
    if (tensorflowlite.TfLiteTensorByteSize(in) != input.length) {
      throw new IllegalArgumentException(
          "%s takes %d bytes, the .pq file's input would be %d: not the same network"
              .formatted(file, tensorflowlite.TfLiteTensorByteSize(in), input.length));
    }
  }

  /**
   * Opens a model.
   *
   * @param values real values of the input, height × width × channels
   * @throws IOException when there is no such file or TensorFlow Lite can't run it
   * @throws IllegalArgumentException when the model requires another input, or this machine has no TensorFlow Lite
   */
  static TensorFlowLitePeer open(Path file, int threads, float[] values) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    FlatBufferModel model = load(file);
    BuiltinOpResolverWithXNNPACK operators = new BuiltinOpResolverWithXNNPACK();
    Interpreter interpreter = new Interpreter((Pointer) null);
    try {
      try (InterpreterBuilder builder = new InterpreterBuilder(model, operators)) {
        require(builder.SetNumThreads(threads), "take " + threads + " threads for", file);
        require(builder.apply(interpreter), "run", file);
      }
      require(interpreter.AllocateTensors(), "allocate the tensors of", file);
      return new TensorFlowLitePeer(model, operators, interpreter, file, values);
    } catch (IOException | RuntimeException e) {
      close(model, operators, interpreter);
      throw e;
    }
  }

  private static FlatBufferModel load(Path file) throws IOException {
    try {
      FlatBufferModel model = FlatBufferModel.BuildFromFile(file.toString());
      if (model == null || model.isNull()) {
        throw new IOException("TensorFlow Lite can't read " + file);
      }
      return model;
    } catch (LinkageError e) {
      throw new IllegalArgumentException(
          "--tflite needs x86-64 Linux: there is no TensorFlow Lite in this jar for another machine", e);
    }
  }

  private static void require(int status, String what, Path file) throws IOException {
    if (status != tensorflowlite.kTfLiteOk) {
      throw new IOException("TensorFlow Lite can't " + what + " " + file + ": status " + status);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public float[] run() {
    bytes(in).put(input);
    int status = interpreter.Invoke();
    if (status != tensorflowlite.kTfLiteOk) {
      throw new IllegalStateException(NAME + " failed to run: status " + status);
    }
    ByteBuffer result = bytes(out);
    byte[] copy = new byte[result.remaining()];
    result.get(copy);
    return scores.decode(copy);
  }

  /** A tensor's own memory. */
  private static ByteBuffer bytes(TfLiteTensor tensor) {
    Pointer data = tensorflowlite.TfLiteTensorData(tensor);
    return new BytePointer(data).capacity(tensorflowlite.TfLiteTensorByteSize(tensor)).asBuffer();
  }

  @Override
  public void close() {
    close(model, operators, interpreter);
  }

  /** Closes the interpreter first, since it reads both others. */
  private static void close(FlatBufferModel model, BuiltinOpResolverWithXNNPACK operators, Interpreter interpreter) {
    interpreter.close();
    operators.close();
    model.close();
  }
}
