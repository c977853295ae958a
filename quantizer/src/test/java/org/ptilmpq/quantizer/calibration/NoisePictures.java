package org.ptilmpq.quantizer.calibration;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;

/** Square pictures of random pixels, 0.png, 1.png and so on. */
final class NoisePictures {

  private NoisePictures() {}

  static List<Path> write(Path folder, int count, int side, RandomGenerator random) throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      BufferedImage picture = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
      for (int at = 0; at < side * side; at++) {
        picture.setRGB(at % side, at / side, random.nextInt(1 << 24));
      }
      files.add(folder.resolve(i + ".png"));
      ImageIO.write(picture, "png", files.getLast().toFile());
    }
    return files;
  }
}
