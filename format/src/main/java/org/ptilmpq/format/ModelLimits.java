package org.ptilmpq.format;

/**
 * The largest values that a model may have. They keep all arithmetic of readers, planners and kernels within 32-bit
 * integers and finite floats; real networks stay far below them.
 */
final class ModelLimits {

  /** Rows or columns of a tensor, and of kernels, strides, dilations and padding. */
  static final int MAX_EXTENT = 65_535;

  /** Channels of a tensor. */
  static final int MAX_CHANNELS = 1 << 20;

  /** Elements of a tensor. */
  static final int MAX_ELEMENTS = 1 << 28;

  /** Weights of one output channel. */
  static final int MAX_INPUTS = 1 << 24;

  /** Tensors, operations. */
  static final int MAX_COUNT = 1 << 16;

  /** Sections: of each convolution its codes and its tails. */
  static final int MAX_SECTIONS = 2 * MAX_COUNT;

  /** Channels whose order fits 16-bit numbers. */
  static final int MAX_ORDER16 = 1 << 16;

  /** Bits of a code. */
  static final int MAX_WIDTH = 8;

  /** Length of a name in bytes. */
  static final int MAX_NAME = 1 << 10;

  /** Length of one text of the provenance in bytes. */
  static final int MAX_TEXT = 1 << 16;

  /** Length of all labels together in bytes. */
  static final int MAX_LABELS = 1 << 22;

  /** Length of the metadata in bytes: small enough that what is decoded from it never fills a small heap. */
  static final int MAX_METADATA = 1 << 24;

  // Input scale · weight scale / output scale · 2^31, and bias / output scale, stay finite in 32-bit floats.

  static final float MIN_TENSOR_SCALE = 0x1p-30f;
  static final float MAX_TENSOR_SCALE = 0x1p30f;
  static final float MIN_WEIGHT_SCALE = 0x1p-60f;
  static final float MAX_WEIGHT_SCALE = 0x1p30f;
  static final float MAX_BIAS = 0x1p60f;

  /** The preprocessing's mean and standard deviation; the smallest standard deviation is its inverse. */
  static final float MAX_PIXEL = 0x1p20f;

  /** The largest magnitude of an activation's byte. */
  static final int MAX_BYTE = 128;

  private ModelLimits() {}
}
