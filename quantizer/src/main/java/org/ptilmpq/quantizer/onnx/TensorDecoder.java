package org.ptilmpq.quantizer.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.ptilmpq.quantizer.options.OnnxException;

/**
 * Decodes stored tensors into constants; stored lengths are checked against the dimensions before anything is
 * allocated.
 */
final class TensorDecoder {

  private final ExternalData externalData;

  /** Access to the elements of a tensor of floats. */
  private interface FloatElements {
    float at(int index);
  }

  TensorDecoder(ExternalData externalData) {
    this.externalData = externalData;
  }

  /**
   * Decodes one tensor.
   *
   * @param name for messages, and the constant's name
   * @throws OnnxException for a type this reader doesn't know, and where the data doesn't fit the dimensions
   * @throws IOException when external data can't be read
   */
  Constant decode(TensorProto tensor, String name) throws IOException {
    List<Integer> dims = dims(tensor, name);
    int elements = Dims.elements(dims);
    DataType type = DataType.forNumber(tensor.getDataType());
    return switch (type) {
      case FLOAT -> {
        ByteBuffer raw = raw(tensor, name, elements, Float.BYTES, tensor.getFloatDataCount());
        yield floats(name, dims, raw != null ? i -> raw.getFloat(4 * i) : tensor::getFloatData);
      }
      case FLOAT16 -> {
        ByteBuffer raw = raw(tensor, name, elements, Short.BYTES, tensor.getInt32DataCount());
        yield floats(
            name,
            dims,
            i -> Float.float16ToFloat(raw != null ? raw.getShort(2 * i) : (short) tensor.getInt32Data(i)));
      }
      case DOUBLE -> {
        ByteBuffer raw = raw(tensor, name, elements, Double.BYTES, tensor.getDoubleDataCount());
        yield floats(name, dims, i -> (float) (raw != null ? raw.getDouble(8 * i) : tensor.getDoubleData(i)));
      }
      case INT64 -> {
        ByteBuffer raw = raw(tensor, name, elements, Long.BYTES, tensor.getInt64DataCount());
        yield integers(name, dims, raw != null ? i -> raw.getLong(8 * i) : tensor::getInt64Data);
      }
      case INT32 -> {
        ByteBuffer raw = raw(tensor, name, elements, Integer.BYTES, tensor.getInt32DataCount());
        yield integers(name, dims, raw != null ? i -> raw.getInt(4 * i) : tensor::getInt32Data);
      }
      case BOOL -> {
        ByteBuffer raw = raw(tensor, name, elements, 1, tensor.getInt32DataCount());
        yield integers(name, dims, raw != null ? raw::get : tensor::getInt32Data);
      }
      case null, default ->
          throw new OnnxException(
              "tensor '%s': element type %s is not supported; supported: FLOAT, FLOAT16, DOUBLE, INT32, INT64, BOOL"
                  .formatted(name, type == null ? String.valueOf(tensor.getDataType()) : type.name()));
    };
  }

  /** The dimensions, whose product fits an int. */
  private static List<Integer> dims(TensorProto tensor, String name) throws OnnxException {
    List<Integer> dims = new ArrayList<>();
    try {
      Dims.checkRank(tensor.getDimsCount());
      for (long dim : tensor.getDimsList()) {
        if (dim < 0 || dim > Integer.MAX_VALUE) {
          throw new IllegalArgumentException("dimension " + dim);
        }
        dims.add((int) dim);
      }
      Dims.elements(dims);
    } catch (IllegalArgumentException invalid) {
      throw new OnnxException("tensor '" + name + "': " + invalid.getMessage(), invalid);
    }
    return List.copyOf(dims);
  }

  /** Returns the little-endian bytes of a tensor stored as bytes, null for one whose elements are in a typed field. */
  private ByteBuffer raw(TensorProto tensor, String name, int elements, int size, int typed) throws IOException {
    ByteBuffer bytes;
    long expected = (long) elements * size;
    if (tensor.getDataLocation() == DataLocation.EXTERNAL) {
      bytes = externalData.read(tensor, name, expected);
    } else if (tensor.hasRawData()) {
      bytes = tensor.getRawData().asReadOnlyByteBuffer();
    } else if (typed == elements) {
      return null;
    } else {
      throw new OnnxException("tensor '%s': %d elements stored, %d expected".formatted(name, typed, elements));
    }
    if (bytes.remaining() != expected) {
      throw new OnnxException(
          "tensor '%s': %d bytes stored, %d expected".formatted(name, bytes.remaining(), expected));
    }
    return bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Constant.Floats floats(String name, List<Integer> dims, FloatElements element) {
    float[] values = new float[Dims.elements(dims)];
    for (int i = 0; i < values.length; i++) {
      values[i] = element.at(i);
    }
    return new Constant.Floats(name, dims, values);
  }

  private static Constant.Integers integers(String name, List<Integer> dims, IntToLongFunction element) {
    long[] values = new long[Dims.elements(dims)];
    for (int i = 0; i < values.length; i++) {
      values[i] = element.applyAsLong(i);
    }
    return new Constant.Integers(name, dims, values);
  }
}
