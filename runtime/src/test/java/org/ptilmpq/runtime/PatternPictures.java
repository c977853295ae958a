package org.ptilmpq.runtime;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** Pictures of any size that differ from pixel to pixel, and from channel to channel. */
final class PatternPictures {

  private PatternPictures() {}

  static BufferedImage image(int width, int height, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, 0xFF << 24 | x * 5 & 255 | (y * 3 & 255) << 8 | (x * y & 255) << 16);
      }
    }
    return image;
  }

  static byte[] png(int width, int height) throws IOException {
    return png(image(width, height, BufferedImage.TYPE_INT_RGB));
  }

  static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }
}
