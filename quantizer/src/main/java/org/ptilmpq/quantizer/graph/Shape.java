package org.ptilmpq.quantizer.graph;

/**
 * Extent of an activation for one picture. A vector of n scores is 1 × 1 × n.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 * @param channels at least 1
 */
public record Shape(int height, int width, int channels) {

  public Shape {
    if (height < 1 || width < 1 || channels < 1) {
      throw new IllegalArgumentException("empty shape " + height + "×" + width + "×" + channels);
    }
    if ((long) height * width > Integer.MAX_VALUE || (long) height * width * channels > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a shape of " + height + "×" + width + "×" + channels + " is too large");
    }
  }

  /** Number of elements: height · width · channels, which fits an int. */
  public int elements() {
    return height * width * channels;
  }

  @Override
  public String toString() {
    return height + "×" + width + "×" + channels;
  }
}
