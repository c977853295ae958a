package org.ptilmpq.quantizer.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

  /** The growth of a colour per pixel in the picture that shows places. */
  private static final int STEEPNESS = 7;

  @TempDir Path folder;
  private List<Path> files;
  private InputReader reader;

  @BeforeEach
  void draw() throws Exception {
    files = NoisePictures.write(folder, FILES, SIDE, Seeds.example(16));
    Preprocessing raw = new Preprocessing(0, new float[3], new float[] {1, 1, 1});
    reader = new InputReader(raw, new Value("x", new Shape(SIDE, SIDE, 3)));
  }

  private byte[] read(AugmentedPictures pictures, int index) throws Exception {
    return pictures.read(index).bytes();
  }

  @Test
  void theFirstRoundIsThePicturesAsTheyAre() throws Exception {
    AugmentedPictures pictures = new AugmentedPictures(files, 10, 0, reader, 1);
    assertThat(pictures.count()).isEqualTo(10);
    assertThat(pictures.files()).isEqualTo(FILES);
    for (int i = 0; i < FILES; i++) {
      byte[] whole = reader.read(files.get(i)).bytes();
      assertThat(read(pictures, i)).isEqualTo(whole);
      assertThat(read(pictures, FILES + i)).isNotEqualTo(whole);
      assertThat(pictures.name(FILES + i)).isEqualTo(i + ".png");
    }
  }

  /** Red grows from left to right and green from top to bottom, so that a part shows where it was and how large. */
  @Test
  void theOthersArePartsAsLargeAsThePictureSomeOfThemMirrored() throws Exception {
    BufferedImage ramps = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int at = 0; at < SIDE * SIDE; at++) {
      ramps.setRGB(at % SIDE, at / SIDE, at % SIDE * STEEPNESS << 16 | at / SIDE * STEEPNESS << 8);
    }
    Path file = folder.resolve("ramps.png");
    ImageIO.write(ramps, "png", file.toFile());
    AugmentedPictures pictures = new AugmentedPictures(List.of(file), 16, 0, reader, 5);
    Set<Double> sides = new HashSet<>();
    int mirrored = 0;
    for (int index = 1; index < 16; index++) {
      float[] part = pictures.read(index).real();
      double across = (part[3 * (SIDE - 1)] - part[0]) / (STEEPNESS * (SIDE - 1));
      double down = (part[3 * SIDE * (SIDE - 1) + 1] - part[1]) / (STEEPNESS * (SIDE - 1));
      assertThat(Math.abs(across)).as("width of part %d", index).isBetween(0.5, 1.0);
      assertThat(down).as("height of part %d", index).isCloseTo(Math.abs(across), within(0.05));
      mirrored += across < 0 ? 1 : 0;
      sides.add(down);
    }
    assertThat(mirrored).isBetween(3, 12);
    assertThat(sides).hasSizeGreaterThan(3);
  }

  /** The first pictures are for validation, and their parts would give them away. */
  @Test
  void noPartIsOfAPictureForValidation() throws Exception {
    List<Path> many = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      many.add(folder.resolve("many" + i + ".png"));
      Files.copy(files.getFirst(), many.getLast());
    }
    AugmentedPictures pictures = new AugmentedPictures(many, 100, 2, reader, 1);
    assertThat(pictures.validation()).isEqualTo(2);
    Set<String> parts = new HashSet<>();
    for (int index = 17; index < 100; index++) {
      parts.add(pictures.name(index));
    }
    assertThat(parts).hasSize(15).doesNotContain("many0.png", "many1.png");
    assertThat(pictures.name(0)).isEqualTo("many0.png");
  }

  /** A picture as large as the input isn't resized, but its parts must be. */
  @Test
  void partsFillTheInputWhateverThePreprocessingResizesTo() throws Exception {
    Preprocessing resizing = new Preprocessing(SIDE + 3, new float[3], new float[] {1, 1, 1});
    InputReader other = new InputReader(resizing, new Value("x", new Shape(SIDE, SIDE, 3)));
    for (InputReader each : List.of(reader, other)) {
      float[] part = new AugmentedPictures(files, 10, 0, each, 2).read(7).real();
      int black = 0;
      for (int at = 0; at < part.length; at += 3) {
        black += part[at] == 0 && part[at + 1] == 0 && part[at + 2] == 0 ? 1 : 0;
      }
      assertThat(black).as("pixels that nothing was put into").isLessThan(3);
    }
  }

  @Test
  void theSeedDecides() throws Exception {
    AugmentedPictures one = new AugmentedPictures(files, 20, 0, reader, 3);
    AugmentedPictures again = new AugmentedPictures(files, 20, 0, reader, 3);
    AugmentedPictures other = new AugmentedPictures(files, 20, 0, reader, 400);
    int different = 0;
    for (int index = 19; index >= 0; index--) {
      byte[] found = read(one, index);
      assertThat(read(again, index)).isEqualTo(found);
      different += Arrays.equals(read(other, index), found) ? 0 : 1;
    }
    assertThat(different).isBetween(10, 15);
  }

  @Test
  void noMoreThanSixteenOfAFile() {
    assertThat(new AugmentedPictures(files, 1_000, 0, reader, 1).count()).isEqualTo(80);
    assertThat(new AugmentedPictures(files.subList(0, 1), 3, 0, reader, 1).count()).isEqualTo(3);
  }
}
