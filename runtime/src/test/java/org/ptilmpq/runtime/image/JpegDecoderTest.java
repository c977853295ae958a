package org.ptilmpq.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.plugins.jpeg.JPEGHuffmanTable;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.runtime.image.JpegBuilder.Scan;
import org.ptilmpq.testkit.Seeds;
import org.ptilmpq.testkit.SharedData;

/** Pixels equal to libjpeg's to the bit, whatever the sampling, size, scans and colours. */
class JpegDecoderTest {

  private static final int SIZES = 6;
  private static final int LARGEST_SIDE = 70;

  private final RandomGenerator random = Seeds.random("JpegDecoderTest", 15);

  @BeforeAll
  static void needsTheLibjpegToCompareWith() {
    assumeThat(ImageIoOracle.isLibjpeg6b()).as("the JDK has its own libjpeg").isTrue();
  }

  /** Factors of each component, across and down. */
  @ParameterizedTest
  @ValueSource(strings = {
    "11", "22", "41", "14", "33",
    "11 11 11", "21 11 11", "12 11 11", "22 11 11", "41 11 11", "14 11 11", "42 11 11", "24 11 11", "31 11 11",
    "13 11 11", "32 11 11", "23 11 11", "33 11 11", "44 11 11", "43 11 11", "34 11 11",
    "22 21 21", "22 12 12", "22 21 12", "22 22 11", "22 11 22", "22 12 11", "22 21 11", "41 21 11", "41 11 21",
    "14 12 11", "42 21 11", "42 22 12", "24 12 21", "44 22 11", "44 21 12", "44 14 41", "21 21 21", "12 12 12",
    "22 22 22", "11 22 22", "11 21 12", "11 21 21", "11 12 12", "11 44 22", "21 22 12",
    "11 11 11 11", "22 11 11 22", "21 11 11 21", "12 11 11 12", "22 11 11 11", "41 11 11 21", "44 22 11 44"
  })
  void anySampling(String factors) throws IOException {
    int[] sampling = factors.replace(" ", "").chars().map(c -> c - '0').toArray();
    int count = sampling.length / 2;
    for (int i = 0; i < SIZES; i++) {
      int width = random.nextInt(1, LARGEST_SIDE);
      int height = random.nextInt(1, LARGEST_SIDE);
      int restart = random.nextBoolean() ? 0 : random.nextInt(1, 9);
      int adobe = random.nextInt(-1, count == 4 ? 3 : 2);
      equalToLibjpeg(new JpegBuilder(width, height, sampling, false, restart, random)
          .fill(random.nextInt(1, 200)).encode(adobe, sequential(sampling)), "sequential");
      equalToLibjpeg(new JpegBuilder(width, height, sampling, true, restart, random)
          .fill(random.nextInt(1, 200)).encode(adobe, progressive(sampling)), "progressive");
    }
  }

  /** Where libjpeg's own arithmetic overflows or wraps around, in pictures no camera takes. */
  @Test
  void coefficientsOfAnySize() throws IOException {
    int[] sampling = {2, 2, 1, 1, 1, 1};
    for (int largest = 250; largest <= 16_000; largest *= 2) {
      equalToLibjpeg(new JpegBuilder(50, 50, sampling, false, 0, random)
          .fill(largest).encode(1, sequential(sampling)), "largest coefficient " + largest);
      equalToLibjpeg(new JpegBuilder(50, 50, sampling, true, 0, random)
          .fill(largest).encode(1, progressive(sampling)), "largest coefficient " + largest);
    }
  }

  /** The picture is whole once its DC coefficients are there; libjpeg then smooths between blocks. */
  @ParameterizedTest
  @ValueSource(strings = {"11", "11 11 11", "22 11 11", "21 11 11", "12 11 11", "22 11 11 22"})
  void progressivePicturesThatEndAfterAnyScan(String factors) throws IOException {
    int[] sampling = factors.replace(" ", "").chars().map(c -> c - '0').toArray();
    List<Scan> scans = progressive(sampling);
    for (int count = 1; count <= scans.size(); count++) {
      int width = random.nextInt(1, LARGEST_SIDE);
      int height = random.nextInt(1, LARGEST_SIDE);
      equalToLibjpeg(new JpegBuilder(width, height, sampling, true, 0, random)
          .fill(40).encode(1, scans.subList(0, count)), "after " + count + " scans");
    }
  }

  @ParameterizedTest
  @CsvSource({"0.05, false", "0.5, false", "0.95, false", "1, false", "0.3, true", "0.9, true", "1, true"})
  void whatAnotherEncoderWrites(float quality, boolean isProgressive) throws IOException {
    for (int type : new int[] {BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_BYTE_GRAY}) {
      for (int i = 0; i < SIZES; i++) {
        BufferedImage image = new BufferedImage(random.nextInt(1, 150), random.nextInt(1, 150), type);
        draw(image);
        equalToLibjpeg(written(image, quality, isProgressive), "quality " + quality);
      }
    }
  }

  @Test
  void standardTablesAreThoseOfTheStandard() {
    for (int i = 0; i < 2; i++) {
      assertThat(HuffmanTable.Standard.table(true, i)).isEqualTo(bytes(
          i == 0 ? JPEGHuffmanTable.StdDCLuminance : JPEGHuffmanTable.StdDCChrominance));
      assertThat(HuffmanTable.Standard.table(false, i)).isEqualTo(bytes(
          i == 0 ? JPEGHuffmanTable.StdACLuminance : JPEGHuffmanTable.StdACChrominance));
    }
  }

  @Test
  void fractionsOfSamplesAreRefusedByName() {
    byte[] jpeg = new JpegBuilder(20, 20, new int[] {3, 1, 2, 1, 1, 1}, false, 0, random).fill(9)
        .encode(1, List.of(Scan.of(0, 1, 2)));
    assertThatThrownBy(() -> new PictureDecoder().decode(jpeg))
        .isInstanceOf(PictureException.class)
        .hasMessageContaining("sampling factors of 2 × 1 beside 3 × 1");
  }

  @Test
  @Tag("shared-data")
  void photographs() throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(SharedData.path("imagenet/val"))) {
      files = found.filter(file -> file.toString().endsWith(".JPEG")).sorted().toList();
    }
    assertThat(files).hasSizeGreaterThanOrEqualTo(650);
    for (Path file : files) {
      equalToLibjpeg(Files.readAllBytes(file), file.toString());
    }
  }

  private static void equalToLibjpeg(byte[] jpeg, String what) throws IOException {
    JpegHeader header = JpegHeaderReader.read(jpeg, 0, jpeg.length);
    byte[] rgb = JpegDecoder.decode(jpeg, header, 1).rgb();
    byte[] expected = ImageIoOracle.rgb(jpeg, header);
    int at = Arrays.mismatch(rgb, expected);
    if (at >= 0) {
      throw new AssertionError("%s, %d × %d pixels: byte %d of the pixel (%d, %d) is %d, not %d; %s".formatted(
          what, header.width(), header.height(), at % 3, at / 3 % header.width(), at / 3 / header.width(),
          rgb[at] & 0xFF, expected[at] & 0xFF, jpeg.length < 10_000 ? HexFormat.of().formatHex(jpeg) : ""));
    }
  }

  /** One scan if a unit may have that many blocks, otherwise one for each component. */
  private static List<Scan> sequential(int[] sampling) {
    int[] all = IntStream.range(0, sampling.length / 2).toArray();
    return blocks(sampling) <= 10 ? List.of(Scan.of(all)) : Arrays.stream(all).mapToObj(Scan::of).toList();
  }

  /** As libjpeg's encoder does by default, and finer. */
  private static List<Scan> progressive(int[] sampling) {
    int[] all = IntStream.range(0, sampling.length / 2).toArray();
    List<int[]> groups =
        blocks(sampling) <= 10 ? List.of(all) : Arrays.stream(all).mapToObj(c -> new int[] {c}).toList();
    List<Scan> scans = new ArrayList<>();
    groups.forEach(group -> scans.add(new Scan(group, 0, 0, 0, 2)));
    for (int[] band : new int[][] {{1, 5, 0, 2}, {6, 63, 0, 3}}) {
      Arrays.stream(all).forEach(c -> scans.add(new Scan(new int[] {c}, band[0], band[1], band[2], band[3])));
    }
    groups.forEach(group -> scans.add(new Scan(group, 0, 0, 2, 1)));
    for (int[] band : new int[][] {{6, 63, 3, 2}, {1, 63, 2, 1}, {1, 63, 1, 0}}) {
      Arrays.stream(all).forEach(c -> scans.add(new Scan(new int[] {c}, band[0], band[1], band[2], band[3])));
    }
    groups.forEach(group -> scans.add(new Scan(group, 0, 0, 1, 0)));
    return scans;
  }

  private static int blocks(int[] sampling) {
    int blocks = 0;
    for (int i = 0; i < sampling.length; i += 2) {
      blocks += sampling[i] * sampling[i + 1];
    }
    return sampling.length == 2 ? 1 : blocks;
  }

  private void draw(BufferedImage image) {
    int tilt = random.nextInt(1, 9);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int noise = random.nextInt(0x202020);
        image.setRGB(x, y, (x * tilt & 0xFF) << 16 | (y * 3 & 0xFF) << 8 | (x ^ y) & 0xFF ^ noise);
      }
    }
  }

  private static byte[] written(BufferedImage image, float quality, boolean isProgressive) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(quality);
      param.setProgressiveMode(isProgressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  private static byte[] bytes(JPEGHuffmanTable table) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < 16; i++) {
      out.write(i < table.getLengths().length ? table.getLengths()[i] : 0);
    }
    for (short value : table.getValues()) {
      out.write(value);
    }
    return out.toByteArray();
  }
}
