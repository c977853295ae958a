package org.ptilmpq.quantizer.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.testkit.Seeds;

class AugmentedPicturesTest {

  private static final int SIDE = 32;
  private static final int FILES = 5;

  @TempDir Path folder;
  private final List<Path> files = new ArrayList<>();
  private InputReader reader;

  @BeforeEach
  void draw() throws Exception {
    RandomGenerator random = Seeds.random("AugmentedPicturesTest", 16);
    for (int i = 0; i < FILES; i++) {
      BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      for (int at = 0; at < SIDE * SIDE; at++) {
        picture.setRGB(at % SIDE, at / SIDE, random.nextInt(1 << 24));
      }
      files.add(folder.resolve(i + ".png"));
      ImageIO.write(picture, "png", files.getLast().toFile());
    }
    Preprocessing raw = new Preprocessing(0, new float[3], new float[] {1, 1, 1});
    reader = new InputReader(raw, new Value("x", new Shape(SIDE, SIDE, 3)));
  }

  private byte[] read(AugmentedPictures pictures, int index) throws Exception {
    return pictures.read(index).bytes();
  }

  @Test
  void theFirstRoundIsThePicturesAsTheyAreAndTheSecondTheirMirrorImages() throws Exception {
    AugmentedPictures pictures = new AugmentedPictures(files, 10, reader, 1);
    assertThat(pictures.count()).isEqualTo(10);
    assertThat(pictures.files()).isEqualTo(FILES);
    for (int i = 0; i < FILES; i++) {
      byte[] whole = reader.read(files.get(i)).bytes();
      assertThat(read(pictures, i)).isEqualTo(whole);
      assertThat(mirrored(read(pictures, FILES + i))).isEqualTo(whole).isNotEqualTo(read(pictures, FILES + i));
      assertThat(pictures.name(FILES + i)).isEqualTo(i + ".png");
    }
  }

  /** Each pixel is one of the picture's, at a distance that is the same for all; what is beyond the edge repeats it. */
  @Test
  void theOthersAreMovedALittle() throws Exception {
    AugmentedPictures pictures = new AugmentedPictures(files, 20, reader, 7);
    int moved = 0;
    for (int index = 10; index < 20; index++) {
      byte[] found = read(pictures, index);
      byte[] upright = index < 15 ? found : mirrored(found);
      byte[] whole = reader.read(files.get(index % FILES)).bytes();
      int matches = 0;
      for (int right = -4; right <= 4; right++) {
        for (int down = -4; down <= 4; down++) {
          if (Arrays.equals(moved(whole, right, down), upright)) {
            matches++;
            moved += right != 0 || down != 0 ? 1 : 0;
            assertThat(Math.max(Math.abs(right), Math.abs(down))).isLessThanOrEqualTo(3);
          }
        }
      }
      assertThat(matches).as("places of picture %d", index).isEqualTo(1);
    }
    assertThat(moved).isGreaterThan(6);
  }

  @Test
  void theSeedDecides() throws Exception {
    AugmentedPictures one = new AugmentedPictures(files, 20, reader, 3);
    AugmentedPictures again = new AugmentedPictures(files, 20, reader, 3);
    AugmentedPictures other = new AugmentedPictures(files, 20, reader, 400);
    int different = 0;
    for (int index = 19; index >= 0; index--) {
      byte[] found = read(one, index);
      assertThat(read(again, index)).isEqualTo(found);
      different += Arrays.equals(read(other, index), found) ? 0 : 1;
    }
    assertThat(different).isBetween(5, 10);
  }

  @Test
  void noMoreThanFourOfAFile() {
    assertThat(new AugmentedPictures(files, 1_000, reader, 1).count()).isEqualTo(20);
    assertThat(new AugmentedPictures(files.subList(0, 1), 3, reader, 1).count()).isEqualTo(3);
  }

  private static byte[] mirrored(byte[] picture) {
    byte[] mirrored = new byte[picture.length];
    for (int i = 0; i < picture.length; i++) {
      int x = i / 3 % SIDE;
      mirrored[i] = picture[i + 3 * (SIDE - 1 - 2 * x)];
    }
    return mirrored;
  }

  private static byte[] moved(byte[] picture, int right, int down) {
    byte[] moved = new byte[picture.length];
    for (int i = 0; i < picture.length; i++) {
      int x = Math.clamp(i / 3 % SIDE - right, 0, SIDE - 1);
      int y = Math.clamp(i / 3 / SIDE - down, 0, SIDE - 1);
      moved[i] = picture[3 * (y * SIDE + x) + i % 3];
    }
    return moved;
  }
}
