package org.ptilmpq.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.runtime.image.JpegBuilder.Scan;
import org.ptilmpq.testkit.Seeds;

/**
 * JPEGs as cameras and phones send them, not quite to the standard: each has the pixels of the clean file, or is
 * refused because pixels are missing.
 */
class CameraPicturesTest {

  private static final int DHT = 0xC4;
  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;
  private static final int DQT = 0xDB;

  private final RandomGenerator random = Seeds.random("CameraPicturesTest", 3);
  private final PictureDecoder decoder = new PictureDecoder();
  private final byte[] baseline = GoldenPictures.bytes("rgb-420-96x61.jpg");
  private final byte[] progressive = GoldenPictures.bytes("progressive-420.jpg");

  /** The most common USB cameras fill up their packets like this, in every frame. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void bytesInFrontOfRestartMarkers(int count) throws PictureException {
    for (int value : new int[] {0, 0x5A, 0xFE}) {
      byte[] stray = new byte[count];
      Arrays.fill(stray, (byte) value);
      assertSamePicture(webcam(7, stray), webcam(7));
    }
  }

  @Test
  void moreBytesInFrontOfARestartMarkerThanCamerasLeave() {
    assertThatThrownBy(() -> decoder.decode(webcam(7, new byte[6])))
        .isInstanceOf(PictureException.class)
        .hasMessageContaining("6 extraneous bytes before marker 0xd0");
  }

  @Test
  void blocksMissingInFrontOfARestartMarker() {
    byte[] clean = webcam(7);
    int first = indexOf(clean, 0xD0, 0);
    int second = indexOf(clean, 0xD1, first);
    assertRefused(without(clean, first + 2, second), "premature end of data segment");
    assertRefused(without(clean, first, second), "no restart marker 0 where one has to be");
    assertRefused(without(clean, first + 2 + (second - first) / 2, second), "");
    assertRefused(without(clean, first, first + 2), "");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void bytesInFrontOfTheEnd(int count) throws PictureException {
    assertSamePicture(inserted(baseline, baseline.length - 2, new byte[count]), baseline);
    assertSamePicture(inserted(progressive, progressive.length - 2, new byte[count]), progressive);
  }

  @Test
  void manyBytesInFrontOfTheEndAreDamage() {
    assertRefused(inserted(baseline, baseline.length - 2, new byte[6]), "6 extraneous bytes before marker 0xd9");
    assertRefused(inserted(progressive, progressive.length - 2, new byte[6]), "6 extraneous bytes before marker 0xd9");
  }

  /** What a transfer that broke off leaves in a buffer. */
  @ParameterizedTest
  @ValueSource(ints = {64, 200, 1000, 2000})
  void zerosInPlaceOfTheLastBytes(int count) {
    for (byte[] whole : List.of(baseline, GoldenPictures.bytes("rgb-444-96x61.jpg"), progressive)) {
      byte[] damaged = whole.clone();
      Arrays.fill(damaged, damaged.length - 2 - count, damaged.length - 2, (byte) 0);
      assertRefused(damaged, "");
      assertRefused(Arrays.copyOf(damaged, damaged.length - 2), "");
    }
  }

  /**
   * A proxy that hands on the chunks of HTTP with their sizes. Huffman codes get back into step after it; then the
   * number of blocks or of bytes is wrong, except in the few places where both happen to fit.
   */
  @Test
  void textInTheMiddleOfTheData() {
    int data = indexOf(baseline, SOS, 0) + 14;
    int refused = 0;
    for (int at = data; at < baseline.length - 100; at += 97) {
      byte[] text = "\r\n1000\r\n".getBytes(StandardCharsets.US_ASCII);
      try {
        decoder.decode(inserted(baseline, at, text));
      } catch (PictureException e) {
        refused++;
      }
    }
    assertThat(refused).as("refused of %d", (baseline.length - 100 - data) / 97 + 1).isGreaterThanOrEqualTo(25);
  }

  @Test
  void theEndMarkerMissing() throws PictureException {
    byte[] trailer = new byte[60];
    random.nextBytes(trailer);
    for (int i = 0; i < trailer.length; i++) {
      trailer[i] = trailer[i] == (byte) EOI ? 0 : trailer[i];
    }
    for (byte[] whole : List.of(baseline, progressive, webcam(5), interlaced())) {
      byte[] cut = Arrays.copyOf(whole, whole.length - 2);
      assertSamePicture(cut, whole);
      assertSamePicture(Arrays.copyOf(whole, whole.length - 1), whole);
      assertSamePicture(joined(cut, trailer), whole);
      assertSamePicture(joined(cut, whole), whole);
      assertSamePicture(joined(cut, new byte[4]), whole);
      assertRefused(joined(cut, new byte[100]), "it ends in zeros");
      for (int left = 1; left < 4; left++) {
        byte[] part = Arrays.copyOf(whole, whole.length * left / 4);
        assertRefused(part, "");
        assertRefused(joined(part, trailer), "");
        assertRefused(joined(part, new byte[] {(byte) 0xFF, (byte) EOI}), "");
      }
    }
  }

  /** Each scan is whole, but later ones are missing: without the end marker nobody says that this is all. */
  @Test
  void aProgressivePictureCutBetweenScans() throws PictureException {
    int second = indexOf(progressive, DHT, indexOf(progressive, SOS, 0));
    byte[] part = Arrays.copyOf(progressive, second);
    assertRefused(part, "cut off");
    byte[] ended = joined(part, new byte[] {(byte) 0xFF, (byte) EOI});
    assertThat(decoder.decode(ended).rgb()).hasSize(decoder.decode(progressive).rgb().length);
  }

  @Test
  void aPictureWithoutOneComponentsScan() {
    byte[] one = new JpegBuilder(20, 20, new int[] {1, 1, 1, 1, 1, 1}, false, 0, random).fill(20)
        .encode(1, List.of(Scan.of(0), Scan.of(2)));
    assertRefused(one, "before any pixel data of the component 2");
    byte[] alone = new JpegBuilder(20, 20, new int[] {1, 1, 1, 1, 1, 1}, false, 0, random).fill(20)
        .encode(1, List.of(Scan.of(0)));
    assertRefused(alone, "only 1 of 3 components");
  }

  @Test
  void segmentsBehindTheLastScan() throws PictureException {
    byte[] comment = {(byte) 0xFF, (byte) 0xFE, 0, 5, 'a', (byte) 0xFF, (byte) EOI};
    byte[] application = {(byte) 0xFF, (byte) 0xE4, 0, 4, (byte) 0xFF, (byte) 0xD8};
    byte[] lines = {(byte) 0xFF, (byte) 0xDC, 0, 4, 0, 61};
    int end = baseline.length - 2;
    assertSamePicture(inserted(baseline, end, comment), baseline);
    assertSamePicture(inserted(baseline, end, application), baseline);
    assertSamePicture(inserted(baseline, end, lines), baseline);
    assertSamePicture(inserted(baseline, end, joined(lines, application, comment)), baseline);
    assertSamePicture(inserted(progressive, progressive.length - 2, comment), progressive);
    lines[5] = 60;
    assertRefused(inserted(baseline, end, lines), "another number of lines");
  }

  @Test
  void strayBytesInFrontOfSegments() throws PictureException {
    for (byte[] whole : List.of(baseline, GoldenPictures.bytes("comment.jpg"))) {
      for (int at = 2; ; at += 2 + JpegMarkers.u16(whole, at + 2)) {
        assertSamePicture(inserted(whole, at, new byte[] {0, 0}), whole);
        assertSamePicture(inserted(whole, at, new byte[] {(byte) 0xFF, (byte) 0xFF}), whole);
        if ((whole[at + 1] & 0xFF) == SOS) {
          break;
        }
      }
    }
    for (int at = indexOf(progressive, SOS, 0); at >= 0; at = indexOf(progressive, SOS, at + 2)) {
      assertSamePicture(inserted(progressive, at, new byte[] {1, 2}), progressive);
    }
  }

  /** Its tables would be skipped as stray bytes, and the standard ones used instead. */
  @Test
  void aSegmentWhoseMarkerIsLost() {
    for (int marker : new int[] {DHT, DQT, 0xDD}) {
      byte[] damaged = webcam(7);
      damaged[indexOf(damaged, marker, 0)] = 0;
      assertRefused(damaged, "extraneous bytes before marker");
    }
  }

  /** Each costs a pass over the picture: what the header's walk doesn't find must not be decoded. */
  @Test
  void scansThatTheHeaderDoesNotCount() {
    int scan = indexOf(baseline, SOS, 0);
    byte[] again = Arrays.copyOfRange(baseline, scan, baseline.length - 2);
    assertRefused(inserted(baseline, baseline.length - 2, again), "more scans than the 1 that it needs");
    byte[] frame = Arrays.copyOfRange(baseline, indexOf(baseline, 0xC0, 0), indexOf(baseline, 0xC0, 0) + 19);
    assertRefused(inserted(baseline, baseline.length - 2, frame), "is a second frame header");
    byte[] hidden = {(byte) 0xFF, 1, 0, 60};
    byte[] more = {(byte) 0xFF, (byte) SOS, 0, 8, 1, 1, 0, 0, 0, 0, 0};
    byte[] ended = joined(hidden, more, more, more, more, more);
    assertRefused(inserted(progressive, progressive.length - 2, ended), "");
  }

  /** None of these many markers with stray bytes in front of them may cost a search through the rest of the file. */
  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void manyMarkersBehindTheScan() throws PictureException {
    byte[] markers = new byte[7 * 600_000];
    for (int i = 0; i < markers.length; i += 7) {
      markers[i + 5] = (byte) 0xFF;
      markers[i + 6] = (byte) 0xD0;
    }
    assertSamePicture(inserted(baseline, baseline.length - 2, markers), baseline);
  }

  @Test
  void linesThatFollowTheScan() throws PictureException {
    for (byte[] whole : List.of(baseline, GoldenPictures.bytes("grey.jpg"), progressive)) {
      byte[] later = whole.clone();
      int frame = Math.max(indexOf(whole, 0xC0, 0), indexOf(whole, 0xC2, 0));
      byte[] lines = {(byte) 0xFF, (byte) 0xDC, 0, 4, whole[frame + 5], whole[frame + 6]};
      later[frame + 5] = 0;
      later[frame + 6] = 0;
      assertRefused(later, "JPEG of 0 lines in its header, and no later number of them (DNL)");
      int behind = JpegMarkers.find(whole, indexOf(whole, SOS, 0) + 14, whole.length);
      assertSamePicture(inserted(later, behind, lines), whole);
    }
  }

  /** From a picture that has all four standard tables. */
  @Test
  void someHuffmanTablesMissing() throws PictureException {
    int table = indexOf(baseline, DHT, 0);
    List<byte[]> tables = new ArrayList<>();
    byte[] rest = baseline;
    for (; table >= 0; table = indexOf(rest, DHT, 0)) {
      int end = table + 2 + JpegMarkers.u16(rest, table + 2);
      tables.add(Arrays.copyOfRange(rest, table, end));
      rest = without(rest, table, end);
    }
    assertThat(tables).hasSize(4);
    int scan = indexOf(rest, SOS, 0);
    for (int some = 0; some < 16; some++) {
      byte[] kept = {};
      for (int i = 0; i < 4; i++) {
        kept = (some >> i & 1) == 0 ? kept : joined(kept, tables.get(i));
      }
      assertSamePicture(inserted(rest, scan, kept), baseline);
    }
    assertSamePicture(inserted(rest, scan, new byte[] {(byte) 0xFF, (byte) DHT, 0, 2}), baseline);
  }

  /** Some USB cameras send it twice now and then. */
  @Test
  void theStartMarkerTwice() throws PictureException {
    byte[] start = {(byte) 0xFF, (byte) 0xD8};
    assertSamePicture(joined(start, baseline), baseline);
    assertSamePicture(joined(start, start, progressive), progressive);
  }

  /** There are standard Huffman tables, but no standard quantization tables: no picture's may be used for another. */
  @Test
  void quantizationTablesMissing() throws PictureException {
    byte[] without = baseline;
    for (int at = indexOf(baseline, DQT, 0); at >= 0; at = indexOf(without, DQT, 0)) {
      without = without(without, at, at + 2 + JpegMarkers.u16(without, at + 2));
    }
    for (int i = 0; i < 3; i++) {
      assertRefused(without, "it has no quantization table 0 (DQT)");
      decoder.decode(baseline);
    }
  }

  @Test
  void thePictureIsTheFirstOfTwo() throws PictureException {
    assertSamePicture(joined(baseline, progressive), baseline);
    assertSamePicture(joined(progressive, baseline), progressive);
    assertSamePicture(joined(baseline, new byte[1000], baseline), baseline);
  }

  /** 4:2:2 with a restart marker every few units, and those bytes in front of each. */
  private static byte[] webcam(int interval, byte... stray) {
    return new JpegBuilder(100, 75, new int[] {2, 1, 1, 1, 1, 1}, false, interval, Seeds.random("webcam", 4))
        .fill(60).withStrayBytes(stray).encode(1, List.of(Scan.of(0, 1, 2)));
  }

  /** A scan for each component. */
  private static byte[] interlaced() {
    return new JpegBuilder(60, 45, new int[] {2, 2, 1, 1, 1, 1}, false, 0, Seeds.random("interlaced", 5))
        .fill(60).encode(1, List.of(Scan.of(0), Scan.of(1), Scan.of(2)));
  }

  private void assertSamePicture(byte[] jpeg, byte[] clean) throws PictureException {
    Picture picture = decoder.decode(jpeg);
    Picture expected = decoder.decode(clean);
    assertThat(picture.width()).isEqualTo(expected.width());
    assertThat(picture.rgb()).isEqualTo(expected.rgb());
  }

  private void assertRefused(byte[] jpeg, String said) {
    assertThatThrownBy(() -> decoder.decode(jpeg)).isInstanceOf(PictureException.class).hasMessageContaining(said);
  }

  /** Where the marker is found first from there on, or −1. */
  private static int indexOf(byte[] jpeg, int marker, int from) {
    for (int at = JpegMarkers.find(jpeg, from, jpeg.length); at < jpeg.length;
        at = JpegMarkers.find(jpeg, at + 2, jpeg.length)) {
      if ((jpeg[at + 1] & 0xFF) == marker) {
        return at;
      }
    }
    return -1;
  }

  private static byte[] inserted(byte[] bytes, int at, byte[] more) {
    return joined(Arrays.copyOf(bytes, at), more, Arrays.copyOfRange(bytes, at, bytes.length));
  }

  private static byte[] without(byte[] bytes, int from, int to) {
    return joined(Arrays.copyOf(bytes, from), Arrays.copyOfRange(bytes, to, bytes.length));
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
