package org.ptilmpq.quantizer.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.quantizer.options.OnnxException;

/** Tensors of every type, in typed fields, as raw bytes and in files beside the model. */
class TensorDecoderTest {

  @TempDir Path folder;

  private Constant decode(TensorProto.Builder tensor) throws IOException {
    return new TensorDecoder(new ExternalData(folder)).decode(tensor.build(), "t");
  }

  private float[] floats(TensorProto.Builder tensor) throws IOException {
    return ((Constant.Floats) decode(tensor)).values();
  }

  private long[] integers(TensorProto.Builder tensor) throws IOException {
    return ((Constant.Integers) decode(tensor)).values();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void typedFields() throws Exception {
    assertThat(floats(ModelBuilder.tensor("t", DataType.FLOAT, 2).addFloatData(1.5f).addFloatData(-2)))
        .containsExactly(1.5f, -2);
    assertThat(floats(ModelBuilder.tensor("t", DataType.FLOAT16, 2).addInt32Data(0x3C00).addInt32Data(0xC100)))
        .containsExactly(1, -2.5f);
    assertThat(floats(ModelBuilder.tensor("t", DataType.DOUBLE, 1).addDoubleData(0.1))).containsExactly(0.1f);
    assertThat(integers(ModelBuilder.tensor("t", DataType.INT32, 1).addInt32Data(-7))).containsExactly(-7);
    assertThat(integers(ModelBuilder.tensor("t", DataType.INT64, 1).addInt64Data(-7L))).containsExactly(-7);
    assertThat(integers(ModelBuilder.tensor("t", DataType.BOOL, 1).addInt32Data(1))).containsExactly(1);
    assertThat(integers(ModelBuilder.tensor("t", DataType.INT64, 0))).isEmpty();
  }

  @Test
  void rawBytes() throws Exception {
    assertThat(
            floats(
                ModelBuilder.tensor("t", DataType.FLOAT16, 2)
                    .setRawData(raw(littleEndian(4).putShort((short) 0x3C00).putShort((short) 0xC100)))))
        .containsExactly(1, -2.5f);
    assertThat(floats(ModelBuilder.tensor("t", DataType.DOUBLE, 1).setRawData(raw(littleEndian(8).putDouble(0.1)))))
        .containsExactly(0.1f);
    assertThat(integers(ModelBuilder.tensor("t", DataType.INT64, 1).setRawData(raw(littleEndian(8).putLong(-7)))))
        .containsExactly(-7);
    assertThat(integers(ModelBuilder.tensor("t", DataType.INT32, 1).setRawData(raw(littleEndian(4).putInt(-7)))))
        .containsExactly(-7);
    assertThatThrownBy(
            () -> decode(ModelBuilder.tensor("t", DataType.FLOAT, 2).setRawData(raw(littleEndian(4).putFloat(1)))))
        .isInstanceOf(OnnxException.class)
        .hasMessage("tensor 't': 4 bytes stored, 8 expected");
  }

  private static ByteString raw(ByteBuffer buffer) {
    return ByteString.copyFrom(buffer.array());
  }

  private static TensorProto.Builder external(String... entries) {
    TensorProto.Builder tensor =
        ModelBuilder.tensor("t", DataType.FLOAT, 2).setDataLocation(DataLocation.EXTERNAL);
    for (int i = 0; i < entries.length; i += 2) {
      tensor.addExternalData(StringStringEntryProto.newBuilder().setKey(entries[i]).setValue(entries[i + 1]));
    }
    return tensor;
  }

  @Test
  void filesBesideTheModel() throws Exception {
    Files.createDirectory(folder.resolve("data"));
    Path file = folder.resolve("data/weights.bin");
    Files.write(file, littleEndian(16).putFloat(9).putFloat(1).putFloat(2).putFloat(9).array());
    assertThat(floats(external("location", "data/weights.bin", "offset", "4", "length", "8"))).containsExactly(1, 2);
    assertThat(floats(external("location", "data/weights.bin", "offset", "8"))).containsExactly(2, 9);
    refused(external("location", "data/weights.bin"), "16 bytes stored, 8 expected");
    refused(external("location", "data/weights.bin", "offset", "12", "length", "8"), "beyond the end of weights.bin");
    refused(external("location", "data/weights.bin", "offset", "17"), "beyond the end");
    refused(external("location", "data/weights.bin", "offset", "-4"), "negative");
    refused(external("location", "data/weights.bin", "offset", "four"), "not a number");
    refused(external("location", "data/none.bin"), "is missing");
    refused(external("location", "data"), "is missing");
  }

  @Test
  void filesElsewhereAreRefused() throws Exception {
    Path outside = Files.createTempFile("outside", ".bin");
    try {
      refused(external("location", outside.toString()), "not inside the model's folder");
      refused(external("location", "../" + outside.getFileName()), "not inside the model's folder");
      refused(external("location", "data/../../x"), "not inside the model's folder");
      refused(external(), "not inside the model's folder");
      refused(external("location", "a\0b"), "not a path");
      Files.createSymbolicLink(folder.resolve("link.bin"), outside);
      refused(external("location", "link.bin"), "link out of the model's folder");
    } finally {
      Files.delete(outside);
    }
  }

  private void refused(TensorProto.Builder tensor, String message) {
    assertThatThrownBy(() -> decode(tensor)).isInstanceOf(OnnxException.class).hasMessageContaining(message);
  }
}
