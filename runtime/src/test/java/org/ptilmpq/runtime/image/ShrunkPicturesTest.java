package org.ptilmpq.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.runtime.image.JpegBuilder.Scan;
import org.ptilmpq.testkit.AllocationGate;
import org.ptilmpq.testkit.Seeds;

/** JPEGs that are made smaller while they are decoded, since they wouldn't fit otherwise. */
class ShrunkPicturesTest {

  private static final int[] HALVED_COLOUR = {2, 2, 1, 1, 1, 1};

  private final RandomGenerator random = Seeds.random("ShrunkPicturesTest", 48);

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void pixelsAreMeansOfSquares(int factor) throws PictureException {
    for (int i = 0; i < 30; i++) {
      boolean isProgressive = i % 3 == 0;
      Scan scan = isProgressive ? new Scan(new int[] {0, 1, 2}, 0, 0, 0, 0) : Scan.of(0, 1, 2);
      int width = random.nextInt(1, 60);
      int height = random.nextInt(1, 60);
      byte[] jpeg = new JpegBuilder(width, height, HALVED_COLOUR, isProgressive, 0, random).fill(60)
          .encode(1, List.of(scan));
      JpegHeader header = JpegHeaderReader.read(jpeg, 0, jpeg.length);
      Picture shrunk = JpegDecoder.decode(jpeg, header, factor);
      Picture whole = JpegDecoder.decode(jpeg, header, 1);
      assertThat(shrunk.width()).isEqualTo((whole.width() + factor - 1) / factor);
      assertThat(shrunk.height()).isEqualTo((whole.height() + factor - 1) / factor);
      for (int at = 0; at < shrunk.rgb().length; at++) {
        assertThat(shrunk.rgb()[at] & 0xFF).isEqualTo(mean(whole, at / 3 % shrunk.width() * factor,
            at / 3 / shrunk.width() * factor, at % 3, factor));
      }
    }
  }

  private static int mean(Picture picture, int left, int top, int channel, int factor) {
    double sum = 0;
    int count = 0;
    for (int y = top; y < Math.min(top + factor, picture.height()); y++) {
      for (int x = left; x < Math.min(left + factor, picture.width()); x++, count++) {
        sum += picture.rgb()[3 * (y * picture.width() + x) + channel] & 0xFF;
      }
    }
    return (int) Math.floor(sum / count + 0.5);
  }

  /** The smallest of the factors is used, and memory stays below the limit whatever the size. */
  @ParameterizedTest
  @ValueSource(longs = {50_000_000, 12_000_000, 4_000_000, 2_000_000})
  void largePicturesAreDecodedInLittleMemory(long memory) throws PictureException {
    byte[] jpeg = new JpegBuilder(4000, 3000, HALVED_COLOUR, false, 0, random).encode(1, List.of(Scan.of(0, 1, 2)));
    PictureDecoder decoder = new PictureDecoder(limits(memory, 300));
    int factor = memory > 36_000_000 ? 1 : memory > 9_000_000 ? 2 : memory > 3_000_000 ? 4 : 8;
    Picture[] picture = new Picture[1];
    long allocated = AllocationGate.allocatedBytes(() -> picture[0] = decoded(decoder, jpeg));
    assertThat(allocated).isLessThan(memory);
    assertThat(picture[0].width()).isEqualTo(4000 / factor);
    assertThat(picture[0].height()).isEqualTo(3000 / factor);
  }

  @Test
  void whatWouldBecomeTooSmallIsRefused() throws PictureException {
    byte[] jpeg = new JpegBuilder(4000, 3000, HALVED_COLOUR, false, 0, random).encode(1, List.of(Scan.of(0, 1, 2)));
    assertThat(new PictureDecoder(limits(2_000_000, 375)).decode(jpeg).height()).isEqualTo(375);
    for (int leastSide : new int[] {0, 376}) {
      assertThatThrownBy(() -> new PictureDecoder(limits(2_000_000, leastSide)).decode(jpeg))
          .isInstanceOf(PictureException.class)
          .hasMessageContaining("picture of 4000 × 3000 pixels: decoding takes 36");
    }
  }

  /** A small file must not cost hours. */
  @Test
  void enormousPicturesAreRefused() {
    byte[] jpeg = new JpegBuilder(64, 64, HALVED_COLOUR, false, 0, random).encode(1, List.of(Scan.of(0, 1, 2)));
    int frame = 0;
    while (jpeg[frame] != (byte) 0xFF || jpeg[frame + 1] != (byte) 0xC1) {
      frame++;
    }
    jpeg[frame + 5] = (byte) 0x80;
    jpeg[frame + 7] = (byte) 0x80;
    assertThatThrownBy(() -> new PictureDecoder(limits(Long.MAX_VALUE, 256)).decode(jpeg))
        .isInstanceOf(PictureException.class)
        .hasMessageContaining("picture of 32832 × 32832 pixels: more than the 50000000 allowed");
  }

  private static Picture decoded(PictureDecoder decoder, byte[] jpeg) {
    try {
      return decoder.decode(jpeg);
    } catch (PictureException e) {
      throw new AssertionError(e);
    }
  }

  private static DecodeLimits limits(long memory, int leastSide) {
    return new DecodeLimits(64_000_000, 50_000_000, memory, leastSide);
  }
}
