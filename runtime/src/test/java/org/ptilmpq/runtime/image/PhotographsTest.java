package org.ptilmpq.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.testkit.SharedData;

/**
 * Real photographs against Pillow 9.4.0 on libjpeg-turbo 2.1.5: all pictures of a folder by name, decoded, resized and
 * cropped, in one SHA-256. Without a resize the crop is larger than the picture, so all of its pixels count.
 */
@Tag("shared-data")
class PhotographsTest {

  @ParameterizedTest(name = "{0}, resize {1}, crop {2}")
  @CsvSource({
    "imagenet/val, 256, 224, b23a299d414e768da1a06a6b3f4fa58b2d4d78cc7f645568f4d9b8902f708009",
    "imagenet/val, 0, 240, 41960aa14dc11e645f0469d4d7a18bb541005938a8d23dc5786f14bb86f65d4e",
    "imagenet/calibration, 256, 224, 5ff6a4b40755572301d2e27c8170c406a3f36b1ad21044f01f2a1cd0ed6f4fe2",
    "demo, 256, 224, e8c951fbe8d4ec0e5898580ece7c6aa2b12fb02e377cfbce02bf82fb5da24f7b",
    "demo, 0, 700, 8b5ee3cbc9df8ed95d7df409f2f6a7b1db06c6552174e6f135a1dae190f6d115",
    "demo, 32, 32, ff8b9280e662563178361873746b07226d613572297717dac427b2431fb8bff9",
    "cifar10/test, 0, 32, 4946cb5ae9a2c68e6ca2da22e50da3b523358fd85ffaccfe834632e039845928"
  })
  void pixelsAreThoseOfPillow(String folder, int resize, int crop, String sha256) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(SharedData.path(folder))) {
      files = found.filter(file -> file.toString().matches(".*\\.(JPEG|jpg|png)")).sorted().toList();
    }
    PictureDecoder decoder = new PictureDecoder();
    MessageDigest digest = GoldenPictures.sha256();
    for (Path file : files) {
      Picture picture = decoder.decode(file);
      Resizer.CropGeometry geometry = Resizer.CropGeometry.of(picture.width(), picture.height(), resize, crop, crop);
      digest.update(GoldenPictures.resized(picture, geometry, crop, crop));
    }
    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(sha256);
  }
}
