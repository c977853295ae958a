package org.ptilmpq.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ResizerTest {

  static List<String[]> resizes() {
    return GoldenPictures.table("resizes.tsv");
  }

  static List<String[]> crops() {
    return GoldenPictures.table("crops.tsv");
  }

  @ParameterizedTest(name = "{0} × {1} to {2} × {3}")
  @MethodSource("resizes")
  void bytesAreThoseOfPillow(int fromWidth, int fromHeight, int width, int height, String sha256) {
    byte[] resized =
        GoldenPictures.resized(
            GoldenPictures.noise(fromWidth, fromHeight), new Resizer.CropGeometry(width, height, 0, 0), width, height);
    assertThat(GoldenPictures.sha256(resized)).isEqualTo(sha256);
  }

  @ParameterizedTest(name = "{0} × {1}: shorter side {2}, centre {3} × {4}")
  @MethodSource("crops")
  void cropsAreThoseOfTheTraining(int fromWidth, int fromHeight, int resize, int width, int height, String sha256) {
    Resizer.CropGeometry geometry = Resizer.CropGeometry.of(fromWidth, fromHeight, resize, width, height);
    byte[] cropped = GoldenPictures.resized(GoldenPictures.noise(fromWidth, fromHeight), geometry, width, height);
    assertThat(GoldenPictures.sha256(cropped)).isEqualTo(sha256);
  }

  @ParameterizedTest
  @CsvSource({
    "500, 375, 256, 224, 341, 256, 58, 16",
    // 256 / 49 · 49 is a little less than 256; and the half of 31 goes to the even 16.
    "49, 49, 256, 224, 255, 255, 16, 16",
    "32, 32, 0, 32, 32, 32, 0, 0",
    "33, 35, 0, 32, 33, 35, 0, 2",
    "3, 2, 0, 8, 3, 2, -2, -3",
    "49, 49, 1, 1, 1, 1, 0, 0",
    "1, 65535, 256, 224, 256, 16776960, 16, 8388368"
  })
  void sizesAndWindowsAreThoseOfPython(
      int width, int height, int resize, int crop, long toWidth, long toHeight, long left, long top) {
    assertThat(Resizer.CropGeometry.of(width, height, resize, crop, crop))
        .isEqualTo(new Resizer.CropGeometry(toWidth, toHeight, left, top));
  }

  @Test
  void sumsOfVeryManyPixelsStayWhite() {
    byte[] white = new byte[3 * 65_535];
    Arrays.fill(white, (byte) 255);
    for (Picture picture : new Picture[] {new Picture(65_535, 1, white), new Picture(1, 65_535, white)}) {
      assertThat(GoldenPictures.resized(picture, new Resizer.CropGeometry(1, 1, 0, 0), 1, 1)).containsOnly(-1);
    }
  }

  @Test
  void buffersServeAnyPictureAfterAnyOther() {
    Resizer used = new Resizer();
    byte[] row = new byte[3 * 20];
    int[][] sizes = {{300, 7}, {1, 1}, {64, 300}, {20, 20}, {5, 90}, {300, 7}};
    for (int[] size : sizes) {
      Picture picture = GoldenPictures.noise(size[0], size[1]);
      Resizer.CropGeometry geometry = Resizer.CropGeometry.of(size[0], size[1], 24, 20, 20);
      byte[] expected = GoldenPictures.resized(picture, geometry, 20, 20);
      used.start(picture, geometry, 20, 20);
      for (int y = 0; y < 20; y++) {
        used.row(y, row);
        assertThat(row).isEqualTo(Arrays.copyOfRange(expected, y * row.length, (y + 1) * row.length));
      }
    }
  }
}
