package org.ptilmpq.quantizer.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import org.ptilmpq.quantizer.options.OnnxException;

/**
 * Counts the messages and strings of a model before it is parsed. Two bytes can stand for a message that takes a
 * hundred as an object, so that without a limit a file of a few megabytes could fill any heap. Networks have a few
 * thousand.
 */
final class PartCount {

  private static final int MAX_PARTS = 1 << 20;
  private static final int MAX_DEPTH = 32;

  private final CodedInputStream in;
  private int parts;

  private PartCount(CodedInputStream in) {
    this.in = in;
  }

  /**
   * Counts the parts of a model.
   *
   * @throws OnnxException when there are too many, or they are nested too deeply
   * @throws com.google.protobuf.InvalidProtocolBufferException when the bytes are not a message
   */
  static void check(byte[] model) throws IOException {
    new PartCount(CodedInputStream.newInstance(model)).count(ModelProto.getDescriptor(), 0);
  }

  private void count(Descriptor message, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new OnnxException("the model's messages are nested more than " + MAX_DEPTH + " deep");
    }
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      FieldDescriptor field = message.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      boolean lengthSaid = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if ((lengthSaid || field == null) && ++parts > MAX_PARTS) {
        throw new OnnxException("the model has more than " + MAX_PARTS + " nodes, attributes and names");
      }
      if (lengthSaid && field != null && field.getJavaType() == JavaType.MESSAGE) {
        int outer = in.pushLimit(in.readRawVarint32());
        count(field.getMessageType(), depth + 1);
        in.popLimit(outer);
      } else if (!in.skipField(tag)) {
        return;
      }
    }
  }
}
