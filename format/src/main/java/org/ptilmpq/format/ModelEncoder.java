package org.ptilmpq.format;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.List;
import java.util.stream.IntStream;
import org.ptilmpq.format.gen.Addition;
import org.ptilmpq.format.gen.AveragePooling;
import org.ptilmpq.format.gen.Convolution;
import org.ptilmpq.format.gen.ElementType;
import org.ptilmpq.format.gen.GridKind;
import org.ptilmpq.format.gen.Group;
import org.ptilmpq.format.gen.Kind;
import org.ptilmpq.format.gen.MaxPooling;
import org.ptilmpq.format.gen.Model;
import org.ptilmpq.format.gen.Rgb;
import org.ptilmpq.format.gen.Slice;

/** Encodes a verified model's metadata as a size-prefixed FlatBuffer. Equal models give equal bytes. */
final class ModelEncoder {

  private final FlatBufferBuilder builder = new FlatBufferBuilder(1 << 14);
  private int nextSection;
  private boolean outline;

  private ModelEncoder() {}

  /**
   * @param sections in the order of the operations: for each convolution the codes, and the tails where it can have any
   * @param fileBytes length of the whole file, not 0
   */
  static byte[] encode(PqModel model, List<FileLayout.Section> sections, long fileBytes) {
    return new ModelEncoder().model(model, sections, fileBytes);
  }

  /** Encodes the outline of a compressed file, without version, sections, scales, biases and order of channels. */
  static byte[] outline(PqModel model) {
    return new ModelEncoder().model(model, null, 0);
  }

  /** The root table of a compressed file, which says only that it is one, and how long it is. */
  static byte[] frame(long fileBytes) {
    FlatBufferBuilder builder = new FlatBufferBuilder(1 << 6);
    Model.startModel(builder);
    Model.addFileLength(builder, fileBytes);
    Model.addMajor(builder, FileLayout.MAJOR);
    Model.addMinor(builder, FileLayout.MINOR);
    Model.addStorage(builder, org.ptilmpq.format.gen.Storage.Compressed);
    builder.finishSizePrefixed(Model.endModel(builder), FileLayout.IDENTIFIER);
    return builder.sizedByteArray();
  }

  /** @param sections null for the outline of a compressed file */
  private byte[] model(PqModel model, List<FileLayout.Section> sections, long fileBytes) {
    outline = sections == null;
    int tensors =
        Model.createTensorsVector(builder, model.tensors().stream().mapToInt(this::tensor).toArray());
    int operations =
        Model.createOperationsVector(builder, model.operations().stream().mapToInt(this::operation).toArray());
    int sectionTable = outline ? 0 : sections(sections);
    int preprocessing = preprocessing(model.preprocessing());
    int provenance = provenance(model.provenance());
    int labels = text(String.join("", model.labels().stream().map(label -> label + '\n').toList()));
    int name = builder.createString(model.name());
    int root =
        Model.createModel(
            builder,
            outline ? 0 : FileLayout.MAJOR,
            outline ? 0 : FileLayout.MINOR,
            org.ptilmpq.format.gen.Storage.Packed,
            fileBytes,
            name,
            tensors,
            operations,
            model.input(),
            model.output(),
            preprocessing,
            labels,
            provenance,
            sectionTable);
    builder.finishSizePrefixed(root, FileLayout.IDENTIFIER);
    return builder.sizedByteArray();
  }

  private int tensor(Tensor tensor) {
    int name = builder.createString(tensor.name());
    int type =
        switch (tensor.type()) {
          case INT8 -> ElementType.Int8;
          case FLOAT32 -> ElementType.Float32;
        };
    return org.ptilmpq.format.gen.Tensor.createTensor(
        builder,
        name,
        tensor.height(),
        tensor.width(),
        tensor.channels(),
        type,
        tensor.scale(),
        (byte) tensor.zeroPoint());
  }

  private int operation(Operation operation) {
    return switch (operation) {
      case Operation.Convolution o -> {
        Operation.Window w = o.window();
        int weights = weights(o.weights());
        int body =
            Convolution.createConvolution(
                builder,
                o.input(),
                o.residual(),
                w.kernelHeight(),
                w.kernelWidth(),
                w.strideY(),
                w.strideX(),
                w.dilationY(),
                w.dilationX(),
                w.padTop(),
                w.padLeft(),
                o.groups(),
                weights);
        yield operation(o, o.low(), o.high(), Kind.Convolution, body);
      }
      case Operation.Addition o ->
          operation(o, o.low(), o.high(), Kind.Addition, Addition.createAddition(builder, o.left(), o.right()));
      case Operation.MaxPooling o -> {
        Operation.Window w = o.window();
        int body =
            MaxPooling.createMaxPooling(
                builder,
                o.input(),
                w.kernelHeight(),
                w.kernelWidth(),
                w.strideY(),
                w.strideX(),
                w.padTop(),
                w.padLeft());
        yield operation(o, Byte.MIN_VALUE, Byte.MAX_VALUE, Kind.MaxPooling, body);
      }
      case Operation.AveragePooling o -> {
        Operation.Window w = o.window();
        int body =
            AveragePooling.createAveragePooling(
                builder,
                o.input(),
                w.kernelHeight(),
                w.kernelWidth(),
                w.strideY(),
                w.strideX(),
                w.padTop(),
                w.padLeft(),
                o.countPadding());
        yield operation(o, o.low(), o.high(), Kind.AveragePooling, body);
      }
      case Operation.Slice o -> {
        int body =
            Slice.createSlice(
                builder,
                o.input(),
                o.startY(),
                o.startX(),
                o.startC(),
                o.strideY(),
                o.strideX(),
                o.strideC());
        yield operation(o, Byte.MIN_VALUE, Byte.MAX_VALUE, Kind.Slice, body);
      }
      case Operation.Padding o -> {
        int body =
            org.ptilmpq.format.gen.Padding.createPadding(
                builder, o.input(), o.padTop(), o.padLeft(), o.padFront());
        yield operation(o, Byte.MIN_VALUE, Byte.MAX_VALUE, Kind.Padding, body);
      }
      case Operation.Rescale o -> {
        int body = org.ptilmpq.format.gen.Rescale.createRescale(builder, o.input());
        yield operation(o, o.low(), o.high(), Kind.Rescale, body);
      }
    };
  }

  private int operation(Operation operation, int low, int high, byte kind, int body) {
    int name = builder.createString(operation.name());
    return org.ptilmpq.format.gen.Operation.createOperation(
        builder, name, operation.output(), (byte) low, (byte) high, kind, body);
  }

  private int weights(Weights weights) {
    int groups = groups(weights.groups());
    if (outline) {
      return org.ptilmpq.format.gen.Weights.createWeights(builder, groups, 0, 0, 0, 0, 0, -1, -1);
    }
    int scales = org.ptilmpq.format.gen.Weights.createScalesVector(builder, weights.scales());
    int biases = org.ptilmpq.format.gen.Weights.createBiasesVector(builder, weights.biases());
    int[] order = weights.channelOrder();
    boolean identity = IntStream.range(0, order.length).allMatch(position -> order[position] == position);
    boolean narrow = order.length <= ModelLimits.MAX_ORDER16;
    int order16 =
        identity || !narrow ? 0 : org.ptilmpq.format.gen.Weights.createOrder16Vector(builder, order);
    int order32 =
        identity || narrow
            ? 0
            : org.ptilmpq.format.gen.Weights.createOrder32Vector(
                builder, IntStream.of(order).asLongStream().toArray());
    int codes = nextSection++;
    int tails = TailPacking.hasTails(weights.groups()) ? nextSection++ : -1;
    return org.ptilmpq.format.gen.Weights.createWeights(
        builder, groups, order16, order32, scales, biases, codes, -1, tails);
  }

  private int groups(List<ChannelGroup> groups) {
    org.ptilmpq.format.gen.Weights.startGroupsVector(builder, groups.size());
    for (ChannelGroup group : groups.reversed()) {
      switch (group.grid()) {
        case Grid.Uniform() ->
            Group.createGroup(builder, group.channels(), group.width(), GridKind.Uniform, 0, 1);
        case Grid.HalfStep() ->
            Group.createGroup(builder, group.channels(), group.width(), GridKind.HalfStep, 0, 1);
        case Grid.TwoRegion(int knee, int ratio) ->
            Group.createGroup(builder, group.channels(), group.width(), GridKind.TwoRegion, knee, ratio);
        case Grid.SparseTails() ->
            Group.createGroup(builder, group.channels(), group.width(), GridKind.SparseTails, 0, 1);
      }
    }
    return builder.endVector();
  }

  private int sections(List<FileLayout.Section> sections) {
    Model.startSectionsVector(builder, sections.size());
    for (FileLayout.Section section : sections.reversed()) {
      org.ptilmpq.format.gen.Section.createSection(
          builder, section.offset(), section.length(), Integer.toUnsignedLong(section.crc32c()));
    }
    return builder.endVector();
  }

  private int preprocessing(Preprocessing preprocessing) {
    org.ptilmpq.format.gen.Preprocessing.startPreprocessing(builder);
    org.ptilmpq.format.gen.Preprocessing.addMean(builder, rgb(preprocessing.mean()));
    org.ptilmpq.format.gen.Preprocessing.addStd(builder, rgb(preprocessing.std()));
    org.ptilmpq.format.gen.Preprocessing.addResize(builder, preprocessing.resize());
    return org.ptilmpq.format.gen.Preprocessing.endPreprocessing(builder);
  }

  private int rgb(float[] values) {
    return Rgb.createRgb(builder, values[0], values[1], values[2]);
  }

  private int provenance(Provenance provenance) {
    return org.ptilmpq.format.gen.Provenance.createProvenance(
        builder,
        text(provenance.source()),
        text(provenance.sourceSha256()),
        text(provenance.producer()),
        text(provenance.calibration()),
        text(provenance.settings()));
  }

  /** Returns the offset of a text, 0 for an empty one, which is left out. */
  private int text(String text) {
    return text.isEmpty() ? 0 : builder.createString(text);
  }
}
