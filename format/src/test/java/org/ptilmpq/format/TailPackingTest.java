package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ptilmpq.testkit.Seeds;

class TailPackingTest {

  private static final Grid TAILS = new Grid.SparseTails();

  /** The example of docs/format.md, byte by byte. */
  @Test
  void bytesLieWhereTheSpecificationSays() {
    short[][] levels = new short[12][1001];
    levels[0][5] = 11;
    levels[11][5] = -20;
    levels[8][1000] = 4;
    PackedCodes packed = PackedCodes.pack(List.of(new ChannelGroup(12, 3, TAILS)), 1001, levels);
    assertThat(packed.tails().toArray(ValueLayout.JAVA_BYTE))
        .containsExactly(
            2, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 0xE8, 3, 0, 0,
            // 11 = 3 + 1·8, −20 = −4 − 2·8, 4 = −4 + 1·8: for each input the lower bits, then the signs.
            1, 0, 0, 8, 0, 1, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(BitPacking.unpack(List.of(new ChannelGroup(12, 3, TAILS)), 1001, packed.codes())[11][5])
        .isEqualTo((short) -4);
  }

  @Test
  void levelsComeBack() {
    RandomGenerator random = Seeds.random("TailPackingTest", 2);
    for (int round = 0; round < 100; round++) {
      int inputs = random.nextInt(1, 30);
      List<ChannelGroup> groups =
          random.ints(random.nextInt(1, 4), 1, 9)
              .mapToObj(width -> new ChannelGroup(random.nextInt(1, 140), width, TAILS))
              .toList();
      int channels = groups.stream().mapToInt(ChannelGroup::channels).sum();
      short[][] levels = new short[channels][inputs];
      for (short[] channel : levels) {
        for (int k = 0; k < inputs; k++) {
          channel[k] = (short) (random.nextInt(9) == 0 ? random.nextInt(-2048, 2048) : random.nextInt(-2, 3));
        }
      }
      PackedCodes packed = PackedCodes.pack(groups, inputs, levels);
      assertThat(PackedCodes.unpack(groups, inputs, packed.codes(), packed.tails())).isDeepEqualTo(levels);
    }
  }

  @Test
  void levelsSplitIntoDenseAndTail() {
    for (int width = 1; width <= 8; width++) {
      for (int level = -2048; level < 2048; level++) {
        int dense = Grid.SparseTails.dense(level, width);
        int tail = Grid.SparseTails.tail(level, width);
        assertThat(dense).isBetween(-(1 << width - 1), (1 << width - 1) - 1);
        assertThat(dense + (tail << width)).isEqualTo(level);
        assertThat(TailPacking.planes(tail)).isLessThanOrEqualTo(Grid.SparseTails.maxTailPlanes(width));
      }
      int most = TailPacking.planes(Grid.SparseTails.tail(2047, width));
      assertThat(most).isEqualTo(Grid.SparseTails.maxTailPlanes(width));
    }
  }

  @Test
  void levelsBeyondTheRangeAreRefused() {
    for (int level : new int[] {2048, -2049, Short.MAX_VALUE}) {
      assertThatThrownBy(
              () ->
                  PackedCodes.pack(List.of(new ChannelGroup(1, 4, TAILS)), 1, new short[][] {{(short) level}}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("code " + level + " at position 0, input 0");
    }
  }

  /** Each rule of the tails is broken once, in the first layer of the golden model of 1.1. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void brokenRuleIsNamed(String fault, Consumer<MemorySegment> breaking) {
    PqModel model = GoldenModel11.model();
    Weights weights = ((Operation.Convolution) model.operations().get(GoldenModel.CONVOLUTION)).weights();
    byte[] tails = weights.tails().toArray(ValueLayout.JAVA_BYTE);
    MemorySegment changed = MemorySegment.ofArray(tails);
    breaking.accept(changed);
    PqModel broken = With.weights(model, GoldenModel.CONVOLUTION, "tails", changed);
    assertThatThrownBy(() -> PqVerifier.verify(broken))
        .isInstanceOf(PqFormatException.class)
        .hasMessageContaining("operations[0].weights.tails")
        .hasMessageContaining(fault);
  }

  private static Arguments broken(String fault, Consumer<MemorySegment> breaking) {
    return Arguments.of(fault, breaking);
  }

  static Stream<Arguments> faults() {
    // The first block: 60 channels of width 2, tails at all 27 inputs, of 10 planes: words of 8 bytes from byte 116 on.
    int words = 8 + 4 * 27;
    return Stream.of(
        broken("28 inputs with tails of 27, at byte 0", s -> putInt(s, 0, 28)),
        broken("-1 inputs with tails", s -> putInt(s, 0, -1)),
        broken("0 planes of tails", s -> putInt(s, 4, 0)),
        broken("12 planes of tails above 2 bits", s -> putInt(s, 4, 12)),
        broken("10 planes of tails above 2 bits", s -> putInt(s, 0, 0)),
        broken("input 0 of 27 in the block at byte 0 is not in order", s -> putInt(s, 12, 0)),
        broken("input 27 of 27", s -> putInt(s, 8 + 4 * 26, 27)),
        broken("input -1 of 27", s -> putInt(s, 8, -1)),
        broken("input 1 in the block at byte 0 has no tail", s -> s.asSlice(words + 80, 80).fill((byte) 0)),
        broken("bits beyond the block's 60 channels", s -> s.set(ValueLayout.JAVA_BYTE, words + 7, (byte) 0x80)),
        broken("where fewer would do", TailPackingTest::repeatSigns),
        broken("level -2049 at input 0 in the block at byte 0", TailPackingTest::takeTheLeastTail),
        broken("is padding, but not zero", s -> s.set(ValueLayout.JAVA_BYTE, s.byteSize() - 1, (byte) 1)));
  }

  private static void putInt(MemorySegment tails, long at, int value) {
    tails.set(ValueLayout.JAVA_INT_UNALIGNED, at, value);
  }

  /** Signs alone make the tail −512, and beside a negative dense part that is too much. */
  private static void takeTheLeastTail(MemorySegment tails) {
    tails.asSlice(116, 72).fill((byte) 0);
    tails.set(ValueLayout.JAVA_LONG_UNALIGNED, 116 + 72, (1L << 60) - 1);
  }

  /** The last two planes are the same at every input, and at each there is a tail. */
  private static void repeatSigns(MemorySegment tails) {
    for (int i = 0; i < 27; i++) {
      tails.asSlice(116 + 80 * i, 80).fill((byte) 0);
      tails.set(ValueLayout.JAVA_BYTE, 116 + 80 * i, (byte) 1);
    }
  }

  @Test
  void tailsOfAnotherLengthAreRefused() {
    PqModel model = GoldenModel11.model();
    Weights weights = ((Operation.Convolution) model.operations().get(GoldenModel.CONVOLUTION)).weights();
    byte[] tails = weights.tails().toArray(ValueLayout.JAVA_BYTE);
    for (int length = 0; length <= tails.length + 8; length++) {
      byte[] other = Arrays.copyOf(tails, length);
      PqModel broken = With.weights(model, GoldenModel.CONVOLUTION, "tails", MemorySegment.ofArray(other));
      if (length != tails.length) {
        assertThatThrownBy(() -> PqVerifier.verify(broken))
            .isInstanceOf(PqFormatException.class)
            .hasMessageContaining("operations[0].weights.tails");
      }
    }
    PqModel none = With.weights(model, GoldenModel.CLASSIFIER, "tails", MemorySegment.ofArray(tails));
    assertThatThrownBy(() -> PqVerifier.verify(none)).hasMessageContaining("but no group has any");
  }
}
