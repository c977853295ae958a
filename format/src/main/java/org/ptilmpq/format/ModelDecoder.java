package org.ptilmpq.format;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.format.Operation.Window;
import org.ptilmpq.format.gen.Addition;
import org.ptilmpq.format.gen.AveragePooling;
import org.ptilmpq.format.gen.Convolution;
import org.ptilmpq.format.gen.ElementType;
import org.ptilmpq.format.gen.GridKind;
import org.ptilmpq.format.gen.Kind;
import org.ptilmpq.format.gen.MaxPooling;
import org.ptilmpq.format.gen.Model;
import org.ptilmpq.format.gen.Rescale;
import org.ptilmpq.format.gen.Rgb;
import org.ptilmpq.format.gen.Slice;

/**
 * Decodes the model that a FlatBuffer of verified structure holds. What the records can't hold is refused here: numbers
 * beyond 31 bits, unknown enum values, sections that aren't there. {@link ModelVerifier} checks everything else.
 */
final class ModelDecoder {

  private static final String NEWER = "; a newer version may have written it";

  private final boolean outline;
  private final MemorySegment file;
  private final List<FileLayout.Section> sections;
  private final boolean[] taken;
  private final List<Tensor> tensors = new ArrayList<>();

  /** What is being decoded, and where its table begins, for errors. */
  private String path;

  private int position;

  /** @param file null for the outline of a compressed file */
  private ModelDecoder(MemorySegment file, List<FileLayout.Section> sections) {
    this.outline = file == null;
    this.file = file;
    this.sections = sections;
    this.taken = new boolean[sections.size()];
  }

  /**
   * @param structure the verified structure that the root table was reached by
   * @param sections of the root table, verified
   */
  static PqModel decode(Model root, FlatBufferVerifier structure, MemorySegment file, List<FileLayout.Section> sections)
      throws PqFormatException {
    return new ModelDecoder(file, sections).model(root, structure);
  }

  /**
   * Decodes the outline of a compressed file, whose weights have only groups.
   *
   * @param structure the verified structure that the root table was reached by
   */
  static PqModel decodeOutline(Model root, FlatBufferVerifier structure) throws PqFormatException {
    return new ModelDecoder(null, List.of()).model(root, structure);
  }

  private PqModel model(Model root, FlatBufferVerifier structure) throws PqFormatException {
    int[] positions = structure.tablePositions(PqSchema.TENSORS_SLOT);
    for (int i = 0; i < positions.length; i++) {
      path = "tensors[" + i + "]";
      position = positions[i];
      tensors.add(tensor(root.tensors(i)));
    }
    List<Operation> operations = new ArrayList<>();
    positions = structure.tablePositions(PqSchema.OPERATIONS_SLOT);
    for (int i = 0; i < positions.length; i++) {
      path = "operations[" + i + "]";
      position = positions[i];
      operations.add(operation(root.operations(i)));
    }
    path = "Model";
    position = structure.rootPosition();
    int input = number(root.input(), "input");
    int output = number(root.output(), "output");
    var pre = root.preprocessing();
    Preprocessing preprocessing = new Preprocessing(pre.resize(), rgb(pre.mean()), rgb(pre.std()));
    return new PqModel(
        root.name(),
        tensors,
        operations,
        input,
        output,
        preprocessing,
        labels(text(root.labels())),
        provenance(root.provenance()));
  }

  private Tensor tensor(org.ptilmpq.format.gen.Tensor t) throws PqFormatException {
    Tensor.Type type =
        switch (t.type()) {
          case ElementType.Int8 -> Tensor.Type.INT8;
          case ElementType.Float32 -> Tensor.Type.FLOAT32;
          default -> throw fault("type", "unknown element type " + t.type() + NEWER);
        };
    return new Tensor(
        t.name(), t.height(), t.width(), number(t.channels(), "channels"), type, t.scale(), t.zeroPoint());
  }

  private Operation operation(org.ptilmpq.format.gen.Operation o) throws PqFormatException {
    String name = o.name();
    int output = number(o.output(), "output");
    int low = o.low();
    int high = o.high();
    return switch (o.kindType()) {
      case Kind.Convolution -> convolution((Convolution) o.kind(new Convolution()), name, output, low, high);
      case Kind.Addition -> {
        Addition a = (Addition) o.kind(new Addition());
        yield new Operation.Addition(
            name, number(a.left(), "left"), number(a.right(), "right"), output, low, high);
      }
      case Kind.MaxPooling -> {
        MaxPooling p = (MaxPooling) o.kind(new MaxPooling());
        checkNoClamp(low, high);
        yield new Operation.MaxPooling(
            name,
            number(p.input(), "input"),
            output,
            Window.of(p.kernelHeight(), p.kernelWidth(), p.strideY(), p.strideX(), p.padTop(), p.padLeft()));
      }
      case Kind.AveragePooling -> {
        AveragePooling p = (AveragePooling) o.kind(new AveragePooling());
        yield new Operation.AveragePooling(
            name,
            number(p.input(), "input"),
            output,
            Window.of(p.kernelHeight(), p.kernelWidth(), p.strideY(), p.strideX(), p.padTop(), p.padLeft()),
            p.countPadding(),
            low,
            high);
      }
      case Kind.Slice -> {
        Slice s = (Slice) o.kind(new Slice());
        checkNoClamp(low, high);
        yield new Operation.Slice(
            name,
            number(s.input(), "input"),
            output,
            s.startY(),
            s.startX(),
            number(s.startC(), "start_c"),
            s.strideY(),
            s.strideX(),
            number(s.strideC(), "stride_c"));
      }
      case Kind.Padding -> {
        var p = (org.ptilmpq.format.gen.Padding) o.kind(new org.ptilmpq.format.gen.Padding());
        checkNoClamp(low, high);
        yield new Operation.Padding(
            name,
            number(p.input(), "input"),
            output,
            p.padTop(),
            p.padLeft(),
            number(p.padFront(), "pad_front"));
      }
      case Kind.Rescale -> {
        Rescale r = (Rescale) o.kind(new Rescale());
        yield new Operation.Rescale(name, number(r.input(), "input"), output, low, high);
      }
      default -> throw fault("kind_type", "unknown operation " + o.kindType() + NEWER);
    };
  }

  private Operation convolution(Convolution c, String name, int output, int low, int high)
      throws PqFormatException {
    int input = number(c.input(), "input");
    int groups = number(c.groups(), "groups");
    Window window =
        new Window(
            c.kernelHeight(),
            c.kernelWidth(),
            c.strideY(),
            c.strideX(),
            c.dilationY(),
            c.dilationX(),
            c.padTop(),
            c.padLeft());
    return new Operation.Convolution(
        name,
        input,
        c.residual(),
        output,
        window,
        groups,
        low,
        high,
        weights(c.weights(), weightInputs(c, input, groups)));
  }

  /** Weights of one output channel: not stored, since the shapes say it. */
  private int weightInputs(Convolution c, int input, int groups) throws PqFormatException {
    if (input >= tensors.size()) {
      throw fault("input", "tensor " + input + " of " + tensors.size());
    }
    if (groups == 0) {
      throw fault("groups", "no groups");
    }
    // Below 2^63: 16 bits, 16 bits and 31 bits.
    long inputs = (long) c.kernelHeight() * c.kernelWidth() * (tensors.get(input).channels() / groups);
    if (inputs > ModelLimits.MAX_INPUTS) {
      throw fault("kernel_height", inputs + " weights per channel; " + ModelLimits.MAX_INPUTS + " is the limit");
    }
    return (int) inputs;
  }

  private Weights weights(org.ptilmpq.format.gen.Weights w, int inputs) throws PqFormatException {
    if (w.tables() != -1) {
      throw fault("weights.tables", "tables are in no section" + NEWER);
    }
    List<ChannelGroup> groups = new ArrayList<>();
    for (int i = 0; i < w.groupsLength(); i++) {
      var group = w.groups(i);
      String field = "weights.groups[" + i + "]";
      groups.add(
          new ChannelGroup(number(group.channels(), field + ".channels"), group.width(), grid(group, field)));
    }
    if (outline) {
      if (w.scalesLength() + w.biasesLength() + w.order16Length() + w.order32Length() != 0) {
        throw fault("weights", "entries of channels are in the graph of a compressed file");
      }
      MemorySegment none = MemorySegment.ofArray(new byte[0]);
      return new Weights(inputs, groups, new int[0], new float[0], new float[0], none, none);
    }
    float[] scales = new float[w.scalesLength()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = w.scales(i);
    }
    float[] biases = new float[w.biasesLength()];
    for (int i = 0; i < biases.length; i++) {
      biases[i] = w.biases(i);
    }
    return new Weights(inputs, groups, channelOrder(w), scales, biases, section(w.codes(), "weights.codes"), tails(w));
  }

  private Grid grid(org.ptilmpq.format.gen.Group group, String field) throws PqFormatException {
    int kind = group.grid();
    Grid grid =
        switch (kind) {
          case GridKind.Uniform -> new Grid.Uniform();
          case GridKind.HalfStep -> new Grid.HalfStep();
          case GridKind.TwoRegion -> new Grid.TwoRegion(group.knee(), group.ratio());
          case GridKind.SparseTails -> new Grid.SparseTails();
          default -> throw fault(field, "unknown grid " + kind + NEWER);
        };
    if (kind != GridKind.TwoRegion && (group.knee() != 0 || group.ratio() != 1)) {
      throw fault(field, "a knee of " + group.knee() + " and ratio of " + group.ratio() + " without two regions");
    }
    return grid;
  }

  private int[] channelOrder(org.ptilmpq.format.gen.Weights w) throws PqFormatException {
    int narrow = w.order16Length();
    int wide = w.order32Length();
    if (narrow > 0 && wide > 0) {
      throw fault("weights.order32", "is there beside order16");
    }
    int[] order = new int[narrow + wide];
    for (int i = 0; i < narrow; i++) {
      order[i] = w.order16(i);
    }
    for (int i = 0; i < wide; i++) {
      order[i] = number(w.order32(i), "weights.order32[" + i + "]");
    }
    return order;
  }

  private MemorySegment tails(org.ptilmpq.format.gen.Weights w) throws PqFormatException {
    return w.tails() == -1
        ? MemorySegment.ofArray(new byte[0])
        : section(Integer.toUnsignedLong(w.tails()), "weights.tails");
  }

  /** Takes a section, which must not belong to another operation. */
  private MemorySegment section(long index, String field) throws PqFormatException {
    if (index >= sections.size()) {
      throw fault(field, "section " + index + " of " + sections.size());
    }
    if (taken[(int) index]) {
      throw fault(field, "section " + index + " already belongs to another operation");
    }
    taken[(int) index] = true;
    FileLayout.Section section = sections.get((int) index);
    return file.asSlice(section.offset(), section.length());
  }

  private List<String> labels(String lines) throws PqFormatException {
    if (lines.isEmpty()) {
      return List.of();
    }
    if (!lines.endsWith("\n")) {
      throw fault("labels", "the last label has no line feed at its end");
    }
    int count = 0;
    for (int at = lines.indexOf('\n'); at >= 0; at = lines.indexOf('\n', at + 1)) {
      count++;
    }
    if (count > ModelLimits.MAX_CHANNELS) {
      throw fault("labels", count + " labels; " + ModelLimits.MAX_CHANNELS + " is the limit");
    }
    return List.of(lines.substring(0, lines.length() - 1).split("\n", -1));
  }

  private static Provenance provenance(org.ptilmpq.format.gen.Provenance p) {
    return p == null
        ? new Provenance("", "", "", "", "")
        : new Provenance(
            text(p.source()), text(p.sourceSha256()), text(p.producer()), text(p.calibration()), text(p.settings()));
  }

  private static String text(String text) {
    return text == null ? "" : text;
  }

  private static float[] rgb(Rgb rgb) {
    return new float[] {rgb.r(), rgb.g(), rgb.b()};
  }

  private void checkNoClamp(int low, int high) throws PqFormatException {
    if (low != Byte.MIN_VALUE || high != Byte.MAX_VALUE) {
      throw fault("low", "this operation does not clamp, but " + low + " and " + high + " are its bounds");
    }
  }

  private int number(long value, String field) throws PqFormatException {
    if (value > Integer.MAX_VALUE) {
      throw fault(field, value + " is too large");
    }
    return (int) value;
  }

  private PqFormatException fault(String field, String fault) {
    return PqFormatException.at(path + "." + field, position, fault);
  }
}
