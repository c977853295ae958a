package org.ptilmpq.quantizer.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.options.OnnxException;

/**
 * Reads ONNX models of opset {@value #FIRST_OPSET} to {@value #LAST_OPSET}: image classifiers of one input and one
 * output. The graph is as in the model, with batch normalizations as depthwise convolutions; {@link
 * org.ptilmpq.quantizer.graph.Passes} folds and fuses. A Softmax at the end is left out.
 *
 * <p>An open batch becomes a batch of one. Whatever is broken or not supported gives an {@link OnnxException} that
 * names the node or tensor; what the output doesn't depend on is ignored.
 */
public final class OnnxReader {

  static final int FIRST_OPSET = 7;
  static final int LAST_OPSET = 22;

  private final GraphProto proto;
  private final int opset;
  private final GraphBuilder builder;
  private final OptionalInt openSide;
  private final Map<String, Imported> known = new HashMap<>();
  private final Map<String, TensorProto> initializers = new HashMap<>();

  private OnnxReader(ModelProto model, GraphBuilder builder, OptionalInt openSide) throws OnnxException {
    this.proto = model.getGraph();
    this.opset = opset(model);
    this.builder = builder;
    this.openSide = openSide;
    proto.getInitializerList().forEach(tensor -> initializers.put(tensor.getName(), tensor));
  }

  /** Reads a model whose input states its height and width. */
  public static FloatGraph read(Path model) throws IOException {
    return read(model, OptionalInt.empty());
  }

  /**
   * Reads a model.
   *
   * @param openSide height and width in pixels for an input that leaves them open
   * @throws OnnxException when the model is broken, or requires what isn't supported
   * @throws IOException when the file, or one its weights are in, can't be read
   */
  public static FloatGraph read(Path model, OptionalInt openSide) throws IOException {
    if (Files.size(model) > Integer.MAX_VALUE - 8) {
      throw new OnnxException(model + " is larger than 2 GiB, the most that protocol buffers can hold");
    }
    Path folder = model.toAbsolutePath().getParent();
    try {
      return read(Files.readAllBytes(model), folder, openSide);
    } catch (OnnxException e) {
      throw new OnnxException(model + ": " + e.getMessage(), e);
    }
  }

  /** Reads a model from memory, whose external data, if any, is in a folder. */
  static FloatGraph read(byte[] bytes, Path folder, OptionalInt openSide) throws IOException {
    ModelProto model;
    try {
      PartCount.check(bytes);
      CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
      in.enableAliasing(true); // Weights stay where they are instead of being copied again.
      model = ModelProto.parseFrom(in);
      in.checkLastTagWas(0);
    } catch (InvalidProtocolBufferException broken) {
      throw new OnnxException("not an ONNX model, or a broken one: " + broken.getMessage(), broken);
    }
    GraphBuilder builder = new GraphBuilder(new TensorDecoder(new ExternalData(folder)));
    return new OnnxReader(model, builder, openSide).graph();
  }

  private static int opset(ModelProto model) throws OnnxException {
    for (OperatorSetIdProto set : model.getOpsetImportList()) {
      if (isOnnxDomain(set.getDomain())) {
        if (set.getVersion() < FIRST_OPSET || set.getVersion() > LAST_OPSET) {
          throw new OnnxException(
              "the model is of opset %d; supported: %d to %d".formatted(set.getVersion(), FIRST_OPSET, LAST_OPSET));
        }
        return (int) set.getVersion();
      }
    }
    throw new OnnxException("not an ONNX model: it doesn't say its opset");
  }

  private static boolean isOnnxDomain(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  private FloatGraph graph() throws IOException {
    if (proto.getSparseInitializerCount() > 0) {
      throw new OnnxException("sparse initializers are not supported");
    }
    if (proto.getOutputCount() != 1) {
      throw new OnnxException("the model has %d outputs; one is supported".formatted(proto.getOutputCount()));
    }
    String outputName = proto.getOutput(0).getName();
    List<NodeProto> nodes = NodeOrder.of(proto, outputName);
    Activation input = input(nodes);
    known.put(input.value().name(), input);
    for (NodeProto node : nodes) {
      read(node);
    }
    if (!(lookUp(outputName, "the graph's output") instanceof Activation output)) {
      throw new OnnxException("the graph's output '" + outputName + "' doesn't depend on its input");
    }
    checkOutput(output);
    String name = proto.getName().isEmpty() ? "model" : proto.getName();
    return new FloatGraph(name, input.value(), output.value(), builder.nodes());
  }

  /** A picture that was flattened has its elements in another order than the graph's output would have. */
  private static void checkOutput(Activation output) throws OnnxException {
    if (output.shape().elements() != output.shape().channels()) {
      try {
        output.axes();
      } catch (IllegalArgumentException flattened) {
        throw new OnnxException(
            "the graph's output '%s' of dimensions %s is neither a row of scores nor a picture"
                .formatted(output.value().name(), output.dims()),
            flattened);
      }
    }
  }

  private void read(NodeProto proto) throws IOException {
    String name = OnnxNode.nameOf(proto);
    Optional<Operators.Operator> operator =
        isOnnxDomain(proto.getDomain()) ? Operators.named(proto.getOpType()) : Optional.empty();
    if (operator.isEmpty()) {
      String domain = isOnnxDomain(proto.getDomain()) ? "" : proto.getDomain() + ".";
      throw new OnnxException(
          "node '%s': operator %s%s is not supported; supported: %s"
              .formatted(name, domain, proto.getOpType(), Operators.names()));
    }
    if (proto.getOutputCount() == 0 || proto.getOutput(0).isEmpty()) {
      throw new OnnxException("node '%s' (%s): its first output has no name".formatted(name, proto.getOpType()));
    }
    List<Optional<Imported>> inputs = new ArrayList<>();
    for (String input : proto.getInputList()) {
      inputs.add(input.isEmpty() ? Optional.empty() : Optional.of(lookUp(input, "node '" + name + "'")));
    }
    OnnxNode node = new OnnxNode(proto, opset, inputs);
    Imported result;
    try {
      result = operator.get().read(node, builder);
    } catch (IllegalArgumentException doesNotFit) {
      throw node.error(doesNotFit);
    }
    node.checkAllAttributesRead();
    known.put(node.output(), result);
  }

  private Imported lookUp(String name, String reader) throws IOException {
    Imported found = known.get(name);
    if (found == null && initializers.containsKey(name)) {
      found = builder.decode(initializers.get(name), name);
      known.put(name, found);
    }
    if (found == null) {
      throw new OnnxException("%s reads '%s', an output that is not supported".formatted(reader, name));
    }
    return found;
  }

  private Activation input(List<NodeProto> nodes) throws OnnxException {
    List<ValueInfoProto> inputs =
        proto.getInputList().stream().filter(info -> !initializers.containsKey(info.getName())).toList();
    if (inputs.size() != 1) {
      throw new OnnxException("the model has %d inputs; one is supported".formatted(inputs.size()));
    }
    ValueInfoProto info = inputs.getFirst();
    boolean channelsLast = startsChannelsLast(info.getName(), nodes);
    return declared(info, channelsLast, openSide);
  }

  /** Whether the only thing done with the input is to bring its channels to the front. */
  private static boolean startsChannelsLast(String input, List<NodeProto> nodes) {
    Set<Boolean> readers = new HashSet<>();
    for (NodeProto node : nodes) {
      if (node.getInputList().contains(input)) {
        readers.add(isToChannelsFirst(node));
      }
    }
    return readers.equals(Set.of(true));
  }

  private static boolean isToChannelsFirst(NodeProto node) {
    return node.getOpType().equals("Transpose")
        && node.getAttributeList().stream()
            .anyMatch(perm -> perm.getName().equals("perm") && perm.getIntsList().equals(List.of(0L, 3L, 1L, 2L)));
  }

  /**
   * Reads the input that a model declares: a batch of pictures, some of whose extents may be open.
   *
   * @param channelsLast whether the dimensions are batch, rows, columns, channels
   * @param openSide rows and columns where the model leaves them open
   */
  private static Activation declared(ValueInfoProto info, boolean channelsLast, OptionalInt openSide)
      throws OnnxException {
    String name = info.getName();
    TypeProto.Tensor type = info.getType().getTensorType();
    DataType elements = DataType.forNumber(type.getElemType());
    if (elements != DataType.FLOAT && elements != DataType.FLOAT16 && elements != DataType.DOUBLE) {
      throw new OnnxException("input '%s' is of element type %s; floats are supported".formatted(name, elements));
    }
    TensorShapeProto shape = type.getShape();
    if (shape.getDimCount() != 4) {
      throw new OnnxException(
          "input '%s' has %d dimensions; 4 are supported: batch, channels, rows, columns"
              .formatted(name, shape.getDimCount()));
    }
    Dimension batch = shape.getDim(0);
    if (batch.getDimValue() > 1) {
      throw new OnnxException(
          "input '%s' is a batch of %d pictures; export the model with a batch of 1 or an open one"
              .formatted(name, batch.getDimValue()));
    }
    int channels = extent(name, "channels", shape.getDim(channelsLast ? 3 : 1), OptionalInt.empty());
    int rows = extent(name, "height", shape.getDim(channelsLast ? 1 : 2), openSide);
    int columns = extent(name, "width", shape.getDim(channelsLast ? 2 : 3), openSide);
    try {
      Value value = new Value(name, GraphBuilder.limited(new Shape(rows, columns, channels)));
      return channelsLast
          ? new Activation(
              value, Activation.channelsLast(value.shape()), Activation.Order.CHANNELS_LAST, false)
          : Activation.of(value);
    } catch (IllegalArgumentException tooLarge) {
      throw new OnnxException("input '" + name + "': " + tooLarge.getMessage(), tooLarge);
    }
  }

  private static int extent(String input, String what, Dimension dimension, OptionalInt open) throws OnnxException {
    long extent = dimension.getDimValue();
    if (dimension.getValueCase() != Dimension.ValueCase.DIM_VALUE || extent == -1) {
      return open.orElseThrow(
          () ->
              new OnnxException(
                  "input '%s' leaves its %s open; say the size, or export the model with a fixed one"
                      .formatted(input, what)));
    }
    if (extent < 1 || extent > Integer.MAX_VALUE) {
      throw new OnnxException("input '%s': %s %d".formatted(input, what, extent));
    }
    return (int) extent;
  }
}
