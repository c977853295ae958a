package org.ptilmpq.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ptilmpq.runtime.image.JpegBuilder.Scan;
import org.ptilmpq.testkit.AllocationGate;
import org.ptilmpq.testkit.Seeds;

/**
 * Damaged pictures: each gives a picture or a {@link PictureException}, within the memory its header says. {@code
 * -Dptilmpq.fuzz.pictures=2000} for more of them.
 */
class PictureFuzzTest {

  private static final int[] EXTREMES = {
    0, 1, -1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000
  };

  private final PictureDecoder decoder = new PictureDecoder(new DecodeLimits(1_000_000, 4_000_000, 64_000_000));
  private int decoded;

  /** The time limit is there to end a hang, far above what the pictures take. */
  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void damagedPicturesGiveAPictureOrAPictureException() {
    int count = Integer.getInteger("ptilmpq.fuzz.pictures", 300);
    RandomGenerator random = Seeds.random("damagedPictures", 20261123);
    List<byte[]> originals = new ArrayList<>(GoldenPictures.names().stream().map(GoldenPictures::bytes).toList());
    addJpegs(originals, random);
    originals.forEach(this::decode);
    decoded = 0;
    for (int i = 0; i < count; i++) {
      byte[] damaged = originals.get(random.nextInt(originals.size())).clone();
      for (int j = random.nextInt(1, 4); j > 0 && damaged.length > 8; j--) {
        damaged = damage(damaged, originals.get(random.nextInt(originals.size())), random);
      }
      if (random.nextBoolean()) {
        repairChecksums(damaged);
      }
      byte[] picture = damaged;
      try {
        long allocated = AllocationGate.allocatedBytes(() -> decode(picture));
        assertThat(allocated).isLessThan(allowance(picture));
      } catch (RuntimeException | Error e) {
        throw new AssertionError("picture " + i + " of the seed: " + HexFormat.of().formatHex(picture), e);
      }
    }
    System.out.println("damagedPictures: " + count + ", of which " + decoded + " could still be decoded");
    assertThat(decoded).isBetween(1, count - 1);
  }

  /** Kinds of JPEG that are not among the golden ones: restart markers, one scan per component, scans that refine. */
  private static void addJpegs(List<byte[]> originals, RandomGenerator random) {
    int[] sampling = {2, 2, 1, 2, 1, 1};
    List<Scan> scans = List.of(new Scan(new int[] {0, 1, 2}, 0, 0, 0, 1), new Scan(new int[] {0}, 1, 63, 0, 2),
        new Scan(new int[] {0, 1, 2}, 0, 0, 1, 0), new Scan(new int[] {0}, 1, 63, 2, 1),
        new Scan(new int[] {1}, 1, 63, 0, 0), new Scan(new int[] {0}, 1, 63, 1, 0));
    for (int i = 0; i < 8; i++) {
      int restart = i % 4;
      int width = random.nextInt(8, 60);
      originals.add(new JpegBuilder(width, 40, sampling, false, restart, random).fill(50)
          .encode(1, List.of(Scan.of(0, 1, 2))));
      originals.add(new JpegBuilder(width, 40, sampling, false, restart, random).fill(50)
          .encode(1, List.of(Scan.of(1), Scan.of(0), Scan.of(2))));
      originals.add(new JpegBuilder(width, 40, sampling, true, restart, random).fill(50).encode(1, scans));
    }
  }

  private void decode(byte[] encoded) {
    try {
      Picture picture = decoder.decode(encoded);
      assertThat(picture.rgb()).hasSize(3 * picture.width() * picture.height());
      decoded++;
    } catch (PictureException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private long allowance(byte[] encoded) {
    long objects = 1_000_000;
    try {
      PictureHeader header = decoder.header(encoded);
      return (header.decodeBytes() <= 64_000_000 ? header.decodeBytes() : 0) + objects;
    } catch (PictureException e) {
      return objects;
    }
  }

  private static byte[] damage(byte[] bytes, byte[] other, RandomGenerator random) {
    int at = random.nextInt(bytes.length);
    // Half of the damage is done to the first bytes, where headers are.
    int place = random.nextBoolean() ? at : random.nextInt(Math.min(bytes.length, 700));
    int length = random.nextInt(1, Math.min(64, bytes.length));
    switch (random.nextInt(7)) {
      case 0 -> {
        for (int i = random.nextInt(1, 17); i > 0; i--) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
      case 1 -> bytes[place] = (byte) EXTREMES[random.nextInt(EXTREMES.length)];
      case 2 -> extreme(bytes, place, random.nextBoolean() ? 2 : 4, EXTREMES[random.nextInt(EXTREMES.length)]);
      case 3 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 4 -> {
        // The start of one picture, the end of another.
        int from = random.nextInt(other.length);
        byte[] spliced = Arrays.copyOf(bytes, at + other.length - from);
        System.arraycopy(other, from, spliced, at, other.length - from);
        return spliced;
      }
      case 5 -> {
        int end = Math.min(bytes.length, place + length);
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - (end - place));
        System.arraycopy(bytes, end, shorter, place, bytes.length - end);
        return shorter;
      }
      default -> {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
        System.arraycopy(bytes, place, longer, place + length, bytes.length - place);
        return longer;
      }
    }
    return bytes;
  }

  private static void extreme(byte[] bytes, int at, int size, int value) {
    for (int i = 0; i < size && at + i < bytes.length; i++) {
      bytes[at + i] = (byte) (value >> 8 * (size - 1 - i));
    }
  }

  /** Makes a PNG's checksums right again, as far as its chunks can be followed, so that damage gets past them. */
  private static void repairChecksums(byte[] bytes) {
    if (bytes.length < 8 || bytes[0] != FileSignature.PNG[0]) {
      return;
    }
    ByteBuffer png = ByteBuffer.wrap(bytes);
    for (int at = 8; at + 12 <= bytes.length; ) {
      int length = png.getInt(at);
      if (length < 0 || length > bytes.length - at - 12) {
        return;
      }
      CRC32 crc = new CRC32();
      crc.update(bytes, at + 4, 4 + length);
      png.putInt(at + 8 + length, (int) crc.getValue());
      at += 12 + length;
    }
  }
}
