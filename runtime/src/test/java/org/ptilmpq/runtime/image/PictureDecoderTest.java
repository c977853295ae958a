package org.ptilmpq.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ptilmpq.testkit.AllocationGate;

class PictureDecoderTest {

  private final PictureDecoder decoder = new PictureDecoder();

  static List<String[]> pictures() {
    return GoldenPictures.table("pictures.tsv");
  }

  static List<String> names() {
    return GoldenPictures.names();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pictures")
  void pixelsAreThoseOfPillow(String file, int width, int height, String sha256) throws IOException {
    Picture picture = decoder.decode(GoldenPictures.bytes(file));
    assertThat(picture.width()).isEqualTo(width);
    assertThat(picture.height()).isEqualTo(height);
    assertThat(GoldenPictures.sha256(picture.rgb())).isEqualTo(sha256);
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyShorterFileIsRefused(String file) {
    byte[] whole = GoldenPictures.bytes(file);
    // A JPEG may lack the marker of its end, if nothing else.
    int useful = whole.length - (file.equals("trailing-bytes.jpg") ? 17 : 0) - (file.endsWith(".jpg") ? 2 : 0);
    for (int length = 0; length < useful; length += Math.max(1, useful / 60)) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> decoder.decode(cut))
          .as("first %d of %d bytes", length, whole.length)
          .isInstanceOf(PictureException.class);
    }
  }

  /** As USB cameras send frames of Motion JPEG. */
  @Test
  void aJpegWithoutHuffmanTablesHasTheStandardOnes() throws Exception {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    Picture noise = GoldenPictures.noise(40, 24);
    BufferedImage image = new BufferedImage(40, 24, BufferedImage.TYPE_3BYTE_BGR);
    image.getRaster().setDataElements(0, 0, 40, 24, noise.rgb());
    ImageIO.write(image, "jpeg", written);
    byte[] jpeg = written.toByteArray();
    ByteArrayOutputStream without = new ByteArrayOutputStream();
    without.write(jpeg, 0, 2);
    int at = 2;
    for (int marker = 0; marker != 0xDA; ) {
      marker = jpeg[at + 1] & 0xFF;
      int end = at + 2 + ((jpeg[at + 2] & 0xFF) << 8 | jpeg[at + 3] & 0xFF);
      if (marker != 0xC4) {
        without.write(jpeg, at, end - at);
      }
      at = end;
    }
    without.write(jpeg, at, jpeg.length - at);
    assertThat(without.size()).isLessThan(jpeg.length - 400);
    assertThat(decoder.decode(without.toByteArray()).rgb()).isEqualTo(decoder.decode(jpeg).rgb());
  }

  @Test
  void dataMissingInsideAJpegIsRefusedAlthoughLibjpegOnlyWarns() {
    byte[] whole = GoldenPictures.bytes("rgb-420-96x61.jpg");
    byte[] hole = Arrays.copyOf(whole, whole.length - 300);
    hole[hole.length - 2] = (byte) 0xFF;
    hole[hole.length - 1] = (byte) 0xD9;
    assertThatThrownBy(() -> decoder.decode(hole))
        .isInstanceOf(PictureException.class)
        .hasMessageContaining("premature end of data segment");
  }

  @Test
  void damageBehindAHarmlessWarningIsRefused() {
    byte[] jpeg = GoldenPictures.bytes("progressive-444.jpg");
    int afterScan = indexOf(jpeg, 0xFF, 0xDA, indexOf(jpeg, 0xFF, 0xDA, 0) + 2);
    while ((jpeg[afterScan] & 0xFF) != 0xFF || (jpeg[afterScan + 1] & 0xFF) != 0xC4) {
      afterScan--;
    }
    byte[] stray = new byte[jpeg.length + 4];
    System.arraycopy(jpeg, 0, stray, 0, afterScan);
    System.arraycopy(jpeg, afterScan, stray, afterScan + 4, jpeg.length - afterScan);
    assertThatThrownBy(() -> decoder.decode(stray))
        .isInstanceOf(PictureException.class)
        .hasMessageContaining("extraneous bytes before marker 0xc4");
  }

  @Test
  void wrongChecksumInAPngIsRefused() {
    byte[] png = GoldenPictures.bytes("noise.png");
    png[png.length / 2] ^= 1;
    assertThatThrownBy(() -> decoder.decode(png)).hasMessageContaining("wrong checksum of the chunk IDAT");
  }

  @ParameterizedTest
  @CsvSource({
    "47494638396101000100, a GIF",
    "524946460000000057454250565038, a WebP",
    "424d000000000000, a BMP",
    "49492a0008000000, a TIFF",
    "000000206674797061766966, an AVIF",
    "000000186674797068656963, a HEIF",
    "000000186674797068657663, a HEIF",
    "00000018667479706d736631, a HEIF",
    "0000000c4a584c200d0a870a, a JPEG XL",
    "255044462d312e37, a PDF",
    "3c73766720786d6c, SVG",
    "0102030405060708090a, 01 02 03 04 05 06 07 08"
  })
  void otherFormatsAreNamed(String hex, String said) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThatThrownBy(() -> decoder.decode(bytes)).isInstanceOf(PictureException.class).hasMessageContaining(said);
  }

  @Test
  void anApplePngIsNamed() {
    byte[] png = GoldenPictures.bytes("noise.png");
    ByteArrayOutputStream apple = new ByteArrayOutputStream();
    apple.write(png, 0, FileSignature.PNG.length);
    apple.writeBytes(chunk("CgBI", new byte[] {0x50, 0, 0x20, 2}));
    apple.write(png, FileSignature.PNG.length, png.length - FileSignature.PNG.length);
    assertThatThrownBy(() -> decoder.decode(apple.toByteArray()))
        .isInstanceOf(PictureException.class)
        .hasMessageContaining("CgBI");
  }

  @Test
  void pixelsBeyondThePaletteAreBlack() throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.writeBytes(FileSignature.PNG);
    png.writeBytes(chunk("IHDR", new byte[] {0, 0, 0, 2, 0, 0, 0, 1, 8, 3, 0, 0, 0}));
    png.writeBytes(chunk("PLTE", new byte[] {9, 8, 7, 6, 5, 4, 3, 2, 1, 40, 50, 60}));
    png.writeBytes(chunk("IDAT", compressed(new byte[] {0, 3, 5})));
    png.writeBytes(chunk("IEND", new byte[0]));
    assertThat(decoder.decode(png.toByteArray()).rgb()).containsExactly(40, 50, 60, 0, 0, 0);
  }

  @Test
  void kindsOfJpegThatAreNotReadAreNamed() {
    byte[] jpeg = GoldenPictures.bytes("rgb-444-8x8.jpg");
    int frame = indexOf(jpeg, 0xFF, 0xC0);
    jpeg[frame + 1] = (byte) 0xC9;
    assertThatThrownBy(() -> decoder.decode(jpeg)).hasMessageContaining("arithmetic coding");
    jpeg[frame + 1] = (byte) 0xC3;
    assertThatThrownBy(() -> decoder.decode(jpeg)).hasMessageContaining("lossless");
    jpeg[frame + 1] = (byte) 0xC1;
    jpeg[frame + 4] = 12;
    assertThatThrownBy(() -> decoder.decode(jpeg)).hasMessageContaining("12 bits a sample");
  }

  @Test
  void bombsAreRefusedBeforeTheirPixelsAreAllocated() {
    byte[] jpeg = GoldenPictures.bytes("rgb-444-8x8.jpg");
    int frame = indexOf(jpeg, 0xFF, 0xC0);
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 65_535).putShort(frame + 7, (short) 65_535);
    refusedForLittle(jpeg, "65535 × 65535 pixels: more than the 50000000 allowed");
    refusedForLittle(png(60_000, 60_000, zeros(1000)), "60000 × 60000 pixels: more than the 50000000 allowed");
    refusedForLittle(png(Integer.MAX_VALUE, 1, zeros(1000)), "no side may be longer than 65535");
    refusedForLittle(png(Integer.MAX_VALUE, Integer.MAX_VALUE, zeros(1000)), "no side may be longer than 65535");
  }

  @Test
  void memoryOfADecodeCanBeLimited() {
    PictureDecoder small = new PictureDecoder(new DecodeLimits(64_000_000, 50_000_000, 100_000));
    assertThatThrownBy(() -> small.decode(png(300, 300, zeros(300 * 901))))
        .isInstanceOf(PictureException.class)
        .hasMessageContaining("more than the 100000 left for it");
  }

  @Test
  void compressedDataBeyondThePictureIsNeverUnpacked() throws IOException {
    byte[] png = png(1, 1, zeros(200_000_000));
    decoder.decode(png);
    assertThat(AllocationGate.allocatedBytes(() -> decodeQuietly(png))).isLessThan(1_000_000);
  }

  @Test
  void textChunksAreNeverUnpacked() throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes("Comment\0\0".getBytes(StandardCharsets.ISO_8859_1));
    text.writeBytes(zeros(200_000_000));
    byte[] png = GoldenPictures.bytes("noise.png");
    int afterHeader = 8 + 25;
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.write(png, 0, afterHeader);
    bomb.writeBytes(chunk("zTXt", text.toByteArray()));
    bomb.write(png, afterHeader, png.length - afterHeader);
    assertThat(decoder.decode(bomb.toByteArray()).rgb()).isEqualTo(GoldenPictures.noise(64, 48).rgb());
    assertThat(AllocationGate.allocatedBytes(() -> decodeQuietly(bomb.toByteArray()))).isLessThan(1_000_000);
  }

  @Test
  void scansWithoutEndAreRefused() {
    byte[] jpeg = GoldenPictures.bytes("progressive-420.jpg");
    int scan = indexOf(jpeg, 0xFF, 0xDA);
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.write(jpeg, 0, scan);
    for (int i = 0; i < JpegHeaderReader.MAX_SCANS; i++) {
      many.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 1, 63, 0, 0});
    }
    many.write(jpeg, scan, jpeg.length - scan);
    assertThatThrownBy(() -> decoder.decode(many.toByteArray())).hasMessageContaining("more than 1000 scans");
    int frame = indexOf(jpeg, 0xFF, 0xC2);
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 20_000).putShort(frame + 7, (short) 20_000);
    assertThatThrownBy(() -> decoder.decode(jpeg))
        .isInstanceOf(PictureException.class)
        .hasMessage("JPEG of 20000 × 20000 pixels with 10 scans: more than 1000000000 pixels to pass over");
  }

  @ParameterizedTest
  @MethodSource("names")
  void heapStaysBelowWhatTheHeaderSays(String file) throws IOException {
    byte[] encoded = GoldenPictures.bytes(file);
    PictureHeader header = decoder.header(encoded);
    decoder.decode(encoded);
    assertThat(AllocationGate.allocatedBytes(() -> decodeQuietly(encoded))).isLessThan(header.decodeBytes());
    assertThat(header.decodeBytes()).isLessThanOrEqualTo(PictureDecoder.decodeBytes(header.width(), header.height()));
  }

  @Test
  void filesAndStreamsAreReadAndTheirErrorsSaySo(@TempDir Path folder) throws IOException {
    byte[] png = GoldenPictures.bytes("noise.png");
    Path file = Files.write(folder.resolve("noise.png"), png);
    assertThat(decoder.decode(file).rgb()).isEqualTo(GoldenPictures.noise(64, 48).rgb());
    assertThat(decoder.decode(new ByteArrayInputStream(png)).rgb()).isEqualTo(GoldenPictures.noise(64, 48).rgb());
    Path none = folder.resolve("none.png");
    assertThatThrownBy(() -> decoder.decode(none))
        .isInstanceOf(PictureException.class)
        .hasMessage(none + ": no such file");
    assertThatThrownBy(() -> decoder.decode(folder))
        .isInstanceOf(PictureException.class)
        .hasMessageContaining("is a folder");
    Path empty = Files.createFile(folder.resolve("empty.jpg"));
    assertThatThrownBy(() -> decoder.decode(empty)).hasMessage(empty + ": empty, not a picture");
    PictureDecoder small = new PictureDecoder(new DecodeLimits(png.length - 1, 1000, 1_000_000));
    assertThatThrownBy(() -> small.decode(file)).isInstanceOf(PictureException.class).hasMessageContaining("allowed");
    assertThatThrownBy(() -> small.decode(new ByteArrayInputStream(png)))
        .isInstanceOf(PictureException.class)
        .hasMessageContaining("more than the " + (png.length - 1) + " bytes allowed");
  }

  private void refusedForLittle(byte[] bomb, String said) {
    assertThatThrownBy(() -> decoder.decode(bomb)).isInstanceOf(PictureException.class).hasMessageContaining(said);
    assertThat(AllocationGate.allocatedBytes(() -> decodeQuietly(bomb))).isLessThan(1_000_000);
  }

  private void decodeQuietly(byte[] encoded) {
    try {
      decoder.decode(encoded);
    } catch (PictureException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static int indexOf(byte[] bytes, int first, int second) {
    return indexOf(bytes, first, second, 0);
  }

  private static int indexOf(byte[] bytes, int first, int second, int from) {
    for (int i = from; ; i++) {
      if (bytes[i] == (byte) first && bytes[i + 1] == (byte) second) {
        return i;
      }
    }
  }

  /** An 8-bit RGB PNG with this compressed data. */
  private static byte[] png(int width, int height, byte[] compressed) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(FileSignature.PNG);
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height).put(new byte[] {8, 2, 0, 0, 0});
    out.writeBytes(chunk("IHDR", header.array()));
    out.writeBytes(chunk("IDAT", compressed));
    out.writeBytes(chunk("IEND", new byte[0]));
    return out.toByteArray();
  }

  private static byte[] chunk(String type, byte[] data) {
    ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length);
    chunk.put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
    CRC32 crc = new CRC32();
    crc.update(chunk.array(), 4, 4 + data.length);
    return chunk.putInt((int) crc.getValue()).array();
  }

  private static byte[] compressed(byte[] data) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      deflater.write(data);
    }
    return out.toByteArray();
  }

  /** That many zero bytes, compressed. */
  private static byte[] zeros(int count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out, new Deflater(9))) {
      byte[] block = new byte[100_000];
      for (int left = count; left > 0; left -= block.length) {
        deflater.write(block, 0, Math.min(left, block.length));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }
}
