package org.ptilmpq.format;

import java.util.List;

/**
 * The content of {@code pq.fbs} as data for {@link FlatBufferVerifier}: the fields of each table in the order of their
 * slots. A test keeps the two in step.
 */
final class PqSchema {

  /** A field of a table, whose slot is its place in the list (a union takes two). */
  sealed interface Field {
    String name();
  }

  /** A number in the table itself. */
  record Scalar(String name, String type, int bytes) implements Field {}

  /** A struct in the table itself, of 4-byte numbers. Required. */
  record Struct(String name, String type, int bytes) implements Field {}

  /** A string of UTF-8 bytes, of plausible length. */
  record Text(String name, int maxBytes, boolean required) implements Field {}

  /** A vector of numbers or structs, of plausible length. */
  record Vector(String name, String type, int elementBytes, int alignment, int maxCount, boolean required)
      implements Field {}

  /** A vector of references to tables, of plausible length. Required. */
  record TableVector(String name, TableShape shape, int maxCount) implements Field {}

  record SubTable(String name, TableShape shape, boolean required) implements Field {}

  /** A type byte {@code <name>_type} with the table it names: 1 is the first shape. Required. */
  record Union(String name, String type, List<TableShape> shapes) implements Field {}

  record TableShape(String name, List<Field> fields) {}

  static final TableShape TENSOR =
      table(
          "Tensor",
          name(),
          u16("height"),
          u16("width"),
          u32("channels"),
          number("type", "ElementType", 1),
          number("scale", "float", 4),
          number("zero_point", "byte", 1));

  private static TableShape weights(boolean packed) {
    return table(
        "Weights",
        new Vector("groups", "Group", 8, 4, ModelLimits.MAX_CHANNELS, true),
        new Vector("order16", "ushort", 2, 2, ModelLimits.MAX_ORDER16, false),
        new Vector("order32", "uint", 4, 4, ModelLimits.MAX_CHANNELS, false),
        new Vector("scales", "float", 4, 4, ModelLimits.MAX_CHANNELS, packed),
        new Vector("biases", "float", 4, 4, ModelLimits.MAX_CHANNELS, packed),
        u32("codes"),
        number("tables", "int", 4),
        number("tails", "int", 4));
  }

  private static TableShape convolution(boolean packed) {
    return table(
          "Convolution",
          u32("input"),
          number("residual", "int", 4),
          u16("kernel_height"),
          u16("kernel_width"),
          u16("stride_y"),
          u16("stride_x"),
          u16("dilation_y"),
          u16("dilation_x"),
          u16("pad_top"),
          u16("pad_left"),
          u32("groups"),
          new SubTable("weights", weights(packed), true));
  }

  static final TableShape ADDITION = table("Addition", u32("left"), u32("right"));

  static final TableShape MAX_POOLING =
      table(
          "MaxPooling",
          u32("input"),
          u16("kernel_height"),
          u16("kernel_width"),
          u16("stride_y"),
          u16("stride_x"),
          u16("pad_top"),
          u16("pad_left"));

  static final TableShape AVERAGE_POOLING =
      table(
          "AveragePooling",
          u32("input"),
          u16("kernel_height"),
          u16("kernel_width"),
          u16("stride_y"),
          u16("stride_x"),
          u16("pad_top"),
          u16("pad_left"),
          number("count_padding", "bool", 1));

  static final TableShape SLICE =
      table(
          "Slice",
          u32("input"),
          u16("start_y"),
          u16("start_x"),
          u32("start_c"),
          u16("stride_y"),
          u16("stride_x"),
          u32("stride_c"));

  static final TableShape PADDING = table("Padding", u32("input"), u16("pad_top"), u16("pad_left"), u32("pad_front"));

  static final TableShape RESCALE = table("Rescale", u32("input"));

  private static TableShape operation(boolean packed) {
    return table(
          "Operation",
          name(),
          u32("output"),
          number("low", "byte", 1),
          number("high", "byte", 1),
          new Union(
              "kind",
              "Kind",
              List.of(
                  convolution(packed), ADDITION, MAX_POOLING, AVERAGE_POOLING, SLICE, PADDING, RESCALE)));
  }

  static final TableShape PREPROCESSING =
      table("Preprocessing", u16("resize"), new Struct("mean", "Rgb", 12), new Struct("std", "Rgb", 12));

  static final TableShape PROVENANCE =
      table(
          "Provenance", text("source"), text("source_sha256"), text("producer"), text("calibration"), text("settings"));

  private static TableShape model(boolean packed) {
    return table(
          "Model",
          u16("major"),
          u16("minor"),
          number("storage", "Storage", 1),
          u32("file_length"),
          name(),
          new TableVector("tensors", TENSOR, ModelLimits.MAX_COUNT),
          new TableVector("operations", operation(packed), ModelLimits.MAX_COUNT),
          u32("input"),
          u32("output"),
          new SubTable("preprocessing", PREPROCESSING, true),
          new Text("labels", ModelLimits.MAX_LABELS, false),
          new SubTable("provenance", PROVENANCE, false),
          new Vector("sections", "Section", 12, 4, ModelLimits.MAX_SECTIONS, packed));
  }

  /** The root table of a packed file. */
  static final TableShape MODEL = model(true);

  /** The root table of the graph in a compressed file, which has elsewhere what there is per channel. */
  static final TableShape OUTLINE = model(false);

  /** The part of the root table that every version has. */
  static final TableShape VERSION = table("Model", u16("major"), u16("minor"));

  /** The part of it that is read before anything else. */
  static final TableShape FRAME =
      table("Model", u16("major"), u16("minor"), number("storage", "Storage", 1), u32("file_length"));

  static final int TENSORS_SLOT = 5;
  static final int OPERATIONS_SLOT = 6;

  private PqSchema() {}

  private static TableShape table(String name, Field... fields) {
    return new TableShape(name, List.of(fields));
  }

  private static Scalar u16(String name) {
    return number(name, "ushort", 2);
  }

  private static Scalar u32(String name) {
    return number(name, "uint", 4);
  }

  private static Scalar number(String name, String type, int bytes) {
    return new Scalar(name, type, bytes);
  }

  private static Text name() {
    return new Text("name", ModelLimits.MAX_NAME, true);
  }

  private static Text text(String name) {
    return new Text(name, ModelLimits.MAX_TEXT, false);
  }
}
