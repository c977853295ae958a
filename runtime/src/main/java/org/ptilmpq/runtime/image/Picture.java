package org.ptilmpq.runtime.image;

/**
 * A decoded picture, upright.
 *
 * @param width columns, at least 1
 * @param height rows, at least 1
 * @param rgb red, green, blue of each pixel, 0…255, row after row from the top left: exactly 3 · width · height bytes,
 *     not copied
 */
public record Picture(int width, int height, byte[] rgb) {

  public Picture {
    if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "a picture of " + width + " × " + height + " needs 3 bytes a pixel, not " + rgb.length + " in all");
    }
  }
}
