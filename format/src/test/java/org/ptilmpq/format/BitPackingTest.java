package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.Seeds;

class BitPackingTest {

  private static final Grid UNIFORM = new Grid.Uniform();
  private static final int[] CHANNELS = {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 56, 57, 63, 64, 65, 72, 127, 128, 129, 200};
  private static final int[] INPUTS = {1, 2, 3, 9, 27, 64};

  @Test
  void bitsLieWhereTheSpecificationSays() {
    RandomGenerator random = Seeds.random("BitPackingTest", 5);
    for (int width = 1; width <= 8; width++) {
      for (int channels : CHANNELS) {
        for (int inputs : INPUTS) {
          String where = "width %d, %d channels, %d inputs".formatted(width, channels, inputs);
          List<ChannelGroup> groups = List.of(new ChannelGroup(channels, width, UNIFORM));
          short[][] codes = randomCodes(random, channels, inputs, width);
          byte[] packed = PackedCodes.pack(groups, inputs, codes).codes().toArray(ValueLayout.JAVA_BYTE);
          assertThat(packed).as(where).isEqualTo(packedBitByBit(codes, channels, inputs, width));
          assertThat(BitPacking.codesBytes(inputs, groups)).as(where).isEqualTo(packed.length);
        }
      }
    }
  }

  /** Packs in the same layout, bit by bit. */
  private static byte[] packedBitByBit(short[][] codes, int channels, int inputs, int width) {
    byte[] packed = new byte[1 << 18];
    int block = 0;
    for (int first = 0; first < channels; first += 64) {
      int m = Math.min(64, channels - first);
      int wordBytes = (m + 7) / 8;
      for (int k = 0; k < inputs; k++) {
        for (int p = 0; p < width; p++) {
          for (int j = 0; j < m; j++) {
            int at = block + (k * width + p) * wordBytes + j / 8;
            packed[at] |= (byte) ((codes[first + j][k] >> p & 1) << j % 8);
          }
        }
      }
      block += (inputs * width * wordBytes + 7) / 8 * 8;
    }
    return Arrays.copyOf(packed, block + 8);
  }

  @Test
  void codesComeBack() {
    RandomGenerator random = Seeds.random("BitPackingTest", 6);
    for (int i = 0; i < 200; i++) {
      int inputs = random.nextInt(1, 40);
      List<ChannelGroup> groups =
          random
              .ints(random.nextInt(1, 6), 0, 9)
              .mapToObj(width -> new ChannelGroup(random.nextInt(1, 140), width, UNIFORM))
              .toList();
      short[][][] parts =
          groups.stream()
              .map(group -> randomCodes(random, group.channels(), inputs, group.width()))
              .toArray(short[][][]::new);
      short[][] codes = Arrays.stream(parts).flatMap(Arrays::stream).toArray(short[][]::new);
      MemorySegment packed = BitPacking.pack(groups, inputs, codes);
      assertThat(BitPacking.unpack(groups, inputs, packed)).isDeepEqualTo(codes);
    }
  }

  @Test
  void extremeCodesComeBack() {
    for (int width = 1; width <= 8; width++) {
      short least = (short) -(1 << width - 1);
      short greatest = (short) (-least - 1);
      List<ChannelGroup> groups = List.of(new ChannelGroup(2, width, UNIFORM));
      short[][] codes = {{least, greatest, 0, -1}, {greatest, greatest, least, least}};
      assertThat(BitPacking.unpack(groups, 4, BitPacking.pack(groups, 4, codes))).isDeepEqualTo(codes);
    }
  }

  @Test
  void channelsOfWidthZeroTakeNoBytes() {
    List<ChannelGroup> groups = List.of(new ChannelGroup(70, 0, UNIFORM));
    MemorySegment packed = BitPacking.pack(groups, 9, new short[70][]);
    assertThat(packed.byteSize()).isEqualTo(8);
    assertThat(BitPacking.unpack(groups, 9, packed)).isDeepEqualTo(new short[70][9]);
  }

  @Test
  void codesThatDoNotFitAreRefused() {
    List<ChannelGroup> groups = List.of(new ChannelGroup(2, 3, UNIFORM));
    assertThatThrownBy(() -> PackedCodes.pack(groups, 2, new short[][] {{0, 1}, {3, 4}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("code 4 at position 1, input 1 does not fit 3 bits");
    assertThatThrownBy(() -> PackedCodes.pack(groups, 2, new short[][] {{-5, 1}, {0, 0}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("code -5 at position 0, input 0 does not fit 3 bits");
    assertThatThrownBy(() -> PackedCodes.pack(groups, 2, new short[][] {{0, 1}, {3}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("position 1 has 1 codes for 2 inputs");
    assertThatThrownBy(() -> PackedCodes.pack(groups, 2, new short[][] {{0, 1}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 rows of codes for 2 channels");
  }

  private static short[][] randomCodes(RandomGenerator random, int channels, int inputs, int width) {
    short[][] codes = new short[channels][inputs];
    for (short[] row : codes) {
      for (int k = 0; k < inputs && width > 0; k++) {
        row[k] = (short) random.nextInt(-(1 << width - 1), 1 << width - 1);
      }
    }
    return codes;
  }
}
