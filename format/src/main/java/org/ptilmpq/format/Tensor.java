package org.ptilmpq.format;

/**
 * An activation of the network for one picture, stored height × width × channels (channels next to each other).
 *
 * @param name for reports and errors
 * @param height rows, at least 1
 * @param width columns, at least 1
 * @param channels at least 1
 * @param type how an element is stored
 * @param scale real value of one step, positive and finite; 1 for {@link Type#FLOAT32}
 * @param zeroPoint the byte that represents the real value 0, −128…127; 0 for {@link Type#FLOAT32}
 */
public record Tensor(String name, int height, int width, int channels, Type type, float scale, int zeroPoint) {

  /** Number of elements: height · width · channels. */
  public int elements() {
    return Math.multiplyExact(Math.multiplyExact(height, width), channels);
  }

  /** How one element of a tensor is stored. */
  public enum Type {
    /** A signed byte q that represents scale · (q − zeroPoint). */
    INT8,
    /** A 32-bit float, for the scores at the network's end. */
    FLOAT32
  }
}
