package org.ptilmpq.quantizer.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ptilmpq.quantizer.options.OnnxException;

/**
 * One node of the ONNX graph with its inputs looked up. Attributes are read by name; an unread one is an error ({@link
 * #checkAllAttributesRead}), so that none is ever overlooked.
 */
final class OnnxNode {

  private final NodeProto proto;
  private final int opset;
  private final List<Optional<Imported>> inputs;
  private final Map<String, AttributeProto> unread = new HashMap<>();

  /**
   * @param inputs what each input is; empty for an optional one left out
   */
  OnnxNode(NodeProto proto, int opset, List<Optional<Imported>> inputs) throws OnnxException {
    this.proto = proto;
    this.opset = opset;
    this.inputs = inputs;
    for (AttributeProto attribute : proto.getAttributeList()) {
      if (unread.put(attribute.getName(), attribute) != null) {
        throw error("attribute " + attribute.getName() + " occurs twice");
      }
    }
  }

  /** The node's name, or that of its first output if it has none. */
  static String nameOf(NodeProto proto) {
    return proto.getName().isEmpty() && proto.getOutputCount() > 0 ? proto.getOutput(0) : proto.getName();
  }

  String name() {
    return nameOf(proto);
  }

  /** Name of the first output. */
  String output() {
    return proto.getOutput(0);
  }

  String operator() {
    return proto.getOpType();
  }

  int opset() {
    return opset;
  }

  OnnxException error(String what) {
    return new OnnxException("node '%s' (%s): %s".formatted(name(), operator(), what));
  }

  OnnxException error(IllegalArgumentException cause) {
    return new OnnxException("node '%s' (%s): %s".formatted(name(), operator(), cause.getMessage()), cause);
  }

  // --- inputs ---

  boolean hasInput(int index) {
    return index < inputs.size() && inputs.get(index).isPresent();
  }

  Imported input(int index) throws OnnxException {
    if (!hasInput(index)) {
      throw error("input " + index + " is missing");
    }
    return inputs.get(index).get();
  }

  /** An input that is computed from the picture. */
  Activation activation(int index) throws OnnxException {
    if (!(input(index) instanceof Activation activation)) {
      throw error("input " + index + " is a constant, which is not supported");
    }
    if (activation.softmax()) {
      throw error("computes from the result of a Softmax; Softmax is supported at the very end alone");
    }
    return activation;
  }

  /** An input of floats that the model holds. */
  Constant.Floats floats(int index) throws OnnxException {
    if (input(index) instanceof Constant.Floats constant) {
      return constant;
    }
    throw error("input " + index + " must be a constant of floats");
  }

  /** An input of floats that the model holds, all finite. */
  Constant.Floats weights(int index) throws OnnxException {
    Constant.Floats constant = floats(index);
    float[] values = constant.values();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw error("tensor '%s' holds %s at element %d".formatted(constant.name(), values[i], i));
      }
    }
    return constant;
  }

  /** An input of finite weights, which must be one per channel. */
  float[] channelWeights(int index, int channels) throws OnnxException {
    Constant.Floats constant = weights(index);
    if (constant.values().length != channels) {
      throw error(
          "tensor '%s' has %d elements for %d channels"
              .formatted(constant.name(), constant.values().length, channels));
    }
    return constant.values();
  }

  /** An input of integers that the model holds. */
  long[] integers(int index) throws OnnxException {
    if (input(index) instanceof Constant.Integers constant) {
      return constant.values();
    }
    throw error("input " + index + " must be a constant of integers");
  }

  // --- attributes ---

  private Optional<AttributeProto> take(String name, AttributeType type) throws OnnxException {
    AttributeProto attribute = unread.remove(name);
    if (attribute != null && attribute.getType() != type) {
      throw error("attribute " + name + " is of type " + attribute.getType() + ", not " + type);
    }
    return Optional.ofNullable(attribute);
  }

  boolean hasAttribute(String name) {
    return unread.containsKey(name);
  }

  long integer(String name, long otherwise) throws OnnxException {
    return take(name, AttributeType.INT).map(AttributeProto::getI).orElse(otherwise);
  }

  boolean flag(String name, boolean otherwise) throws OnnxException {
    return integer(name, otherwise ? 1 : 0) != 0;
  }

  float number(String name, float otherwise) throws OnnxException {
    return take(name, AttributeType.FLOAT).map(AttributeProto::getF).orElse(otherwise);
  }

  String text(String name, String otherwise) throws OnnxException {
    return take(name, AttributeType.STRING).map(attribute -> attribute.getS().toStringUtf8()).orElse(otherwise);
  }

  /** A list of integers, or {@code otherwise} if the attribute is missing. */
  long[] integers(String name, long... otherwise) throws OnnxException {
    return take(name, AttributeType.INTS)
        .map(attribute -> attribute.getIntsList().stream().mapToLong(Long::longValue).toArray())
        .orElse(otherwise);
  }

  /** A list of floats; empty if the attribute is missing. */
  List<Float> numbers(String name) throws OnnxException {
    return take(name, AttributeType.FLOATS).map(AttributeProto::getFloatsList).orElse(List.of());
  }

  Optional<TensorProto> tensor(String name) throws OnnxException {
    return take(name, AttributeType.TENSOR).map(AttributeProto::getT);
  }

  /** Ignores an attribute that has no effect on inference: momentum, a seed. */
  void ignore(String name) {
    unread.remove(name);
  }

  /** Returns integers in the form that this opset has: an input, or before that an attribute. */
  Optional<long[]> integersFrom(int input, String attribute) throws OnnxException {
    if (hasAttribute(attribute)) {
      return Optional.of(integers(attribute));
    }
    return hasInput(input) ? Optional.of(integers(input)) : Optional.empty();
  }

  void checkAllAttributesRead() throws OnnxException {
    if (!unread.isEmpty()) {
      throw error("attribute " + unread.keySet().iterator().next() + " is not supported");
    }
  }
}
