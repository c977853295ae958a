package org.ptilmpq.kernels;

/**
 * A quantized activation inside an arena: {@code height × width × channels} signed bytes, channels next to each other.
 * A byte q stands for the real value {@code scale · (q − zeroPoint)}.
 *
 * @param offset of the first byte in the arena
 */
public record TensorView(int offset, int height, int width, int channels, float scale, int zeroPoint) {

  /** Number of elements, and of bytes. */
  public int elements() {
    return height * width * channels;
  }

  /** Number of positions: height · width. */
  public int pixels() {
    return height * width;
  }
}
