package org.ptilmpq.cli.run.stream;

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
import org.ptilmpq.testkit.AllocationGate;
import org.ptilmpq.testkit.Seeds;

/** Pictures are found whole, whatever lies between them and however the bytes arrive. */
class JpegScannerTest {

  private static final int LONGEST = 100_000;
  private static final int MUTATED = 200_000;

  private final RandomGenerator random = Seeds.random("JpegScannerTest", 66);
  private final byte[] baseline = Jpegs.noise(40, 30, false, random);
  private final byte[] progressive = Jpegs.noise(33, 21, true, random);
  private final byte[] withThumbnail = Jpegs.withThumbnail(baseline, Jpegs.noise(8, 8, false, random));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000, 65536})
  void picturesAreFoundHoweverTheBytesArrive(int chunk) {
    Collector collector = new Collector(LONGEST);
    collector.feed(join(noise(100), baseline, progressive, text(), withThumbnail, noise(3000), baseline), chunk);
    assertThat(collector.pictures).containsExactly(baseline, progressive, withThumbnail, baseline);
    assertThat(collector.damage).isEmpty();
  }

  @Test
  void aMultipartStreamIsReadOverItsText() {
    Collector collector = new Collector(LONGEST);
    for (int i = 0; i < 20; i++) {
      collector.feed(join(text(), i % 2 == 0 ? baseline : progressive), 999);
    }
    assertThat(collector.pictures).hasSize(20);
    assertThat(collector.scanner.discarded()).isEqualTo(20L * text().length);
  }

  @Test
  void aPictureThatBreaksOffIsTheNextOnesStart() {
    Collector collector = new Collector(LONGEST);
    byte[] header = Arrays.copyOf(baseline, indexOf(baseline, 0xDA));
    collector.feed(join(header, progressive), 500);
    assertThat(collector.pictures).containsExactly(progressive);
    assertThat(collector.damage).singleElement().asString().contains("another picture begins at byte " + header.length);
  }

  /** The decoder knows whether a picture without the marker of its end is whole. */
  @Test
  void theEndMarkerMayBeMissing() {
    byte[] baselineData = Arrays.copyOf(baseline, baseline.length - 2);
    byte[] progressiveData = Arrays.copyOf(progressive, progressive.length - 2);
    Collector collector = new Collector(LONGEST);
    collector.feed(join(baselineData, progressiveData, baseline, baselineData), 333);
    assertThat(collector.pictures).containsExactly(baselineData, progressiveData, baseline);
    collector.end();
    assertThat(collector.pictures).last().isEqualTo(baselineData);
    assertThat(collector.damage).isEmpty();
    collector.feed(Arrays.copyOf(baseline, 300), 100);
    collector.end();
    assertThat(collector.damage).containsExactly("cut off at the end of the stream");
    collector.end();
    assertThat(collector.damage).hasSize(1);
  }

  @Test
  void segmentsMayStandBehindTheScanAndStrayBytesInFrontOfThem() {
    byte[] comment = {(byte) 0xFF, (byte) 0xFE, 0, 5, 'a', (byte) 0xFF, (byte) 0xD9};
    byte[] lines = {(byte) 0xFF, (byte) 0xDC, 0, 4, 0, 30};
    List<byte[]> sent = new ArrayList<>();
    for (byte[] whole : List.of(baseline, progressive)) {
      int end = whole.length - 2;
      sent.add(inserted(whole, end, comment));
      sent.add(inserted(whole, end, lines));
      sent.add(inserted(inserted(whole, end, lines), end + lines.length, new byte[3]));
      for (int marker : new int[] {0xDB, 0xC4, 0xDA}) {
        sent.add(inserted(whole, indexOf(whole, marker), new byte[2]));
      }
      sent.add(inserted(whole, 0, new byte[] {(byte) 0xFF, (byte) 0xD8}));
    }
    Collector collector = new Collector(LONGEST);
    collector.feed(join(sent.toArray(byte[][]::new)), 50);
    assertThat(collector.damage).isEmpty();
    assertThat(collector.pictures).containsExactlyElementsOf(sent);
    collector.feed(inserted(baseline, indexOf(baseline, 0xDB), new byte[4]), 50);
    assertThat(collector.damage).singleElement().asString().contains("no marker where one has to be");
  }

  /** Phones append a gain map, which says nothing about what is in the picture. */
  @ParameterizedTest
  @ValueSource(ints = {1, 50, 65536})
  void aPictureThatBelongsToTheOneBeforeIsNone(int chunk) {
    byte[] withMap = Jpegs.withIndex(baseline, 2, false);
    byte[] withTwo = Jpegs.withIndex(progressive, 3, true);
    byte[] single = Jpegs.withIndex(baseline, 1, false);
    byte[] map = Jpegs.noise(16, 8, false, random);
    Collector collector = new Collector(LONGEST);
    collector.feed(
        join(withMap, map, baseline, withTwo, map, new byte[16], map, map, single, baseline, withMap, withMap, map,
            withMap, new byte[100], baseline, withMap, Arrays.copyOf(map, map.length / 2)),
        chunk);
    collector.end();
    assertThat(collector.pictures).containsExactly(withMap, baseline, withTwo, map, single, baseline, withMap, withMap,
        withMap, baseline, withMap);
    assertThat(collector.damage).isEmpty();
    assertThat(collector.scanner.discarded())
        .isEqualTo(4L * map.length + 16 + 100 + map.length / 2);
  }

  /** A length of 8 KB in place of a few bytes swallows the next pictures; each of them must come out. */
  @Test
  void whatADamagedLengthSwallowsIsFoundAgain() {
    byte[] damaged = baseline.clone();
    damaged[4] = 0x20;
    List<byte[]> sent = new ArrayList<>(List.of(damaged));
    for (int i = 0; i < 30; i++) {
      sent.add(i % 3 == 0 ? progressive : baseline);
    }
    Collector collector = new Collector(LONGEST);
    collector.feed(join(sent.toArray(byte[][]::new)), 777);
    assertThat(collector.damage).isNotEmpty();
    assertThat(collector.pictures).containsExactlyElementsOf(sent.subList(1, sent.size()));
  }

  @Test
  void longestPictureIsTakenAndALongerOneIsNot() {
    Collector exact = new Collector(baseline.length);
    exact.feed(join(baseline, baseline), 64);
    assertThat(exact.pictures).hasSize(2);
    Collector shorter = new Collector(baseline.length - 1);
    shorter.feed(join(baseline, progressive), 64);
    assertThat(shorter.damage).singleElement().asString().contains("more than the " + (baseline.length - 1));
    assertThat(shorter.pictures).containsExactly(progressive);
    assertThatThrownBy(() -> new JpegScanner(3)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPictureGivenUpLeavesNothingBehind() {
    Collector collector = new Collector(LONGEST);
    collector.feed(Arrays.copyOf(baseline, 300), 100);
    assertThat(collector.scanner.isInside()).isTrue();
    assertThat(collector.scanner.abandon()).isTrue();
    assertThat(collector.scanner.abandon()).isFalse();
    collector.feed(Arrays.copyOfRange(baseline, 300, baseline.length), 100);
    collector.feed(baseline, 100);
    assertThat(collector.pictures).containsExactly(baseline);
  }

  /**
   * Pictures with bytes flipped, cut, doubled and mixed; before and after each is a good one, which must come out
   * unless what came before may have swallowed it. Every byte is either in a picture or counted as discarded.
   */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void mutatedStreamsNeitherHangNorGrowNorLosePicturesThatFollow() {
    byte[][] originals = {
      Jpegs.plain(16, 16, 0x336699), Jpegs.withThumbnail(Jpegs.plain(8, 8, 7), Jpegs.plain(8, 8, 9))
    };
    byte[] good = Jpegs.plain(24, 16, 0xAA5500);
    byte[] spacer = new byte[70_000];
    Collector collector = new Collector(LONGEST);
    long fed = 0;
    int followed = 0;
    for (int i = 0; i < MUTATED; i++) {
      byte[] mutated = mutate(originals[random.nextInt(originals.length)], random);
      collector.feed(mutated, random.nextInt(1, 2000));
      fed += mutated.length;
      if (i % 100 == 0) {
        // Nothing is swallowed after more zeros than the length of a segment.
        collector.feed(spacer, 65536);
        collector.pictures.clear();
        collector.feed(good, 65536);
        fed += spacer.length + good.length;
        // One that lost its end is handed on before the good one, zeros and all.
        assertThat(collector.pictures).as("after mutation " + i).hasSizeLessThan(3).last().isEqualTo(good);
        followed++;
        assertThat(collector.scanner.buffer().length).isLessThanOrEqualTo(LONGEST);
        assertThat(collector.pictureBytes + collector.scanner.discarded()).isEqualTo(fed);
        collector.damage.clear();
      }
      collector.pictures.clear();
    }
    assertThat(followed).isEqualTo(MUTATED / 100);
  }

  /** A picture start every few bytes, each in a segment that leads to the same long chain of segments. */
  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void hostileSegmentsTakeTimeInProportionToTheirLength() {
    byte[] hostile = new byte[16_000_000];
    for (int i = 0; i + 8 <= hostile.length; i += 8) {
      byte[] start = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xE0, (byte) 0xF0, 0, (byte) 0xFF, (byte) 0xE1};
      System.arraycopy(start, 0, hostile, i, start.length);
    }
    Collector collector = new Collector(hostile.length / 2);
    collector.feed(hostile, 65536);
    assertThat(collector.pictures).isEmpty();
    assertThat(collector.damage).isNotEmpty();
  }

  @Test
  void aStreamAllocatesNothing() {
    byte[] stream = join(baseline, text(), withThumbnail, progressive);
    JpegScanner scanner = new JpegScanner(LONGEST);
    assertThat(AllocationGate.settledBytes(() -> scan(scanner, stream), List.of(Thread.currentThread()))).isZero();
  }

  private static void scan(JpegScanner scanner, byte[] stream) {
    for (int used = 0; used < stream.length; ) {
      used += scanner.feed(stream, used, Math.min(4096, stream.length - used));
      JpegScanner.Event event = scanner.next();
      while (event != JpegScanner.Event.MORE) {
        event = scanner.next();
      }
    }
  }

  private static byte[] inserted(byte[] bytes, int at, byte[] more) {
    return join(Arrays.copyOf(bytes, at), more, Arrays.copyOfRange(bytes, at, bytes.length));
  }

  private static int indexOf(byte[] jpeg, int marker) {
    int at = 0;
    while (jpeg[at] != (byte) 0xFF || (jpeg[at + 1] & 0xFF) != marker) {
      at++;
    }
    return at;
  }

  private byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    for (int i = 0; i < length; i++) {
      noise[i] = noise[i] == (byte) 0xFF ? 0 : noise[i];
    }
    return noise;
  }

  private static byte[] text() {
    String part = "\r\n--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 1234\r\n\r\n";
    return part.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] mutate(byte[] original, RandomGenerator random) {
    byte[] bytes = original.clone();
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) 0xFF;
        case 2 -> bytes[at] = (byte) random.nextInt(0xC0, 0x100);
        case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        default -> {
          byte[] longer = Arrays.copyOf(bytes, bytes.length + 4);
          System.arraycopy(bytes, at, longer, at + 4, bytes.length - at);
          bytes = longer;
        }
      }
    }
    return bytes;
  }

  /** Feeds a scanner and keeps what it finds. */
  private static final class Collector {
    private final JpegScanner scanner;
    private final List<byte[]> pictures = new ArrayList<>();
    private final List<String> damage = new ArrayList<>();
    private long pictureBytes;

    Collector(int longest) {
      scanner = new JpegScanner(longest);
    }

    void feed(byte[] bytes, int chunk) {
      for (int used = 0; used < bytes.length; ) {
        int taken = scanner.feed(bytes, used, Math.min(chunk, bytes.length - used));
        assertThat(taken).isPositive();
        used += taken;
        drain();
      }
    }

    void end() {
      take(scanner.end());
    }

    private void drain() {
      JpegScanner.Event event = scanner.next();
      while (event != JpegScanner.Event.MORE) {
        take(event);
        event = scanner.next();
      }
    }

    private void take(JpegScanner.Event event) {
      if (event == JpegScanner.Event.PICTURE) {
        int from = scanner.offset();
        pictures.add(Arrays.copyOfRange(scanner.buffer(), from, from + scanner.length()));
        pictureBytes += scanner.length();
      } else if (event == JpegScanner.Event.DAMAGED) {
        damage.add(scanner.damage());
      }
    }
  }
}
