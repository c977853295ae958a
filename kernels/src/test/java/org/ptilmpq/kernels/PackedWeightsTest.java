package org.ptilmpq.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.Seeds;

/** The bit-plane layout, on bytes written by hand and on random codes. */
class PackedWeightsTest {

  /**
   * Two inputs; ten channels of 2 bits, one constant channel, one channel of 3 bits.
   *
   * <p>Codes of the ten channels at input 0: 1 −1 0 −2 1 1 0 0 −2 −1, in bits 01 11 00 10 01 01 00 00 10 11. Plane 0
   * has channels 0 1 4 5 9: bytes 0011_0011 and 0000_0010; plane 1 has 1 3 8 9: 0000_1010 and 0000_0011. At input 1 all
   * are 0 but channel 9, which is 1. The last channel is −4 (100) at input 0 and 3 (011) at input 1.
   */
  @Test
  void readsBytesWrittenByHand() {
    byte[] bytes = {
      // Block of ten channels: words of two bytes, (k, plane) = (0, 0), (0, 1), (1, 0), (1, 1).
      0b0011_0011, 0b10, 0b1010, 0b11, 0, 0b10, 0, 0,
      // The constant channel has none. Block of one channel: words of one byte, and two that align the end.
      0, 0, 1, 1, 1, 0, 0, 0,
      // The end.
      0, 0, 0, 0, 0, 0, 0, 0
    };
    List<WeightGroup> groups =
        List.of(WeightGroup.uniform(10, 2), WeightGroup.uniform(1, 0), WeightGroup.uniform(1, 3));
    PackedWeights weights = new PackedWeights(2, groups, new int[0], MemorySegment.ofArray(bytes));

    assertThat(weights.inputs()).isEqualTo(2);
    assertThat(weights.channels()).isEqualTo(12);
    assertThat(weights.blocks()).extracting(PackedWeights.Block::firstChannel).containsExactly(0, 10, 11);
    assertThat(weights.blocks()).extracting(PackedWeights.Block::offset).containsExactly(0L, 8L, 8L);
    int[][] codes = {{1, -1, 0, -2, 1, 1, 0, 0, -2, -1}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
    for (int k = 0; k < 2; k++) {
      for (int j = 0; j < 10; j++) {
        assertThat(weights.code(weights.blocks().get(0), k, j)).as("input %d, channel %d", k, j).isEqualTo(codes[k][j]);
      }
    }
    assertThat(weights.word(weights.blocks().get(0), 0, 0)).isEqualTo(0b10_0011_0011);
    assertThat(weights.word(weights.blocks().get(0), 0, 1)).isEqualTo(0b11_0000_1010);
    assertThat(weights.code(weights.blocks().get(1), 1, 0)).isZero();
    assertThat(weights.code(weights.blocks().get(2), 0, 0)).isEqualTo(-4);
    assertThat(weights.code(weights.blocks().get(2), 1, 0)).isEqualTo(3);
  }

  @Test
  void cutsGroupsIntoBlocksOf64Channels() {
    List<WeightGroup> groups = List.of(WeightGroup.uniform(130, 3), WeightGroup.halfStep(64, 1));
    MemorySegment codes = MemorySegment.ofArray(new byte[3 * 5 * 8 * 2 + 16 + 5 * 8 + 8]);
    PackedWeights weights = new PackedWeights(5, groups, new int[0], codes);
    assertThat(weights.blocks()).extracting(PackedWeights.Block::channels).containsExactly(64, 64, 2, 64);
    // A block of 64 takes 5 inputs · 3 planes · 8 bytes; the one of two channels 15 bytes and one that aligns the next.
    assertThat(weights.blocks()).extracting(PackedWeights.Block::offset).containsExactly(0L, 120L, 240L, 256L);
  }

  @Test
  void readsWhatThePackerWrites() {
    RandomGenerator random = Seeds.random("readsWhatThePackerWrites", 70);
    for (int i = 0; i < 50; i++) {
      int channels = random.nextInt(1, 200);
      List<WeightGroup> groups = RandomWeights.groups(random, channels, channels, 255);
      int[] order = RandomWeights.shuffled(random, channels, channels);
      int inputs = random.nextInt(1, 9);
      RandomWeights weights =
          RandomWeights.of(random, groups, inputs, order, false, Content.RANDOM, TailPlaces.ANY, 0);
      for (PackedWeights.Block block : weights.packed().blocks()) {
        for (int j = 0; j < block.channels(); j++) {
          int packed = block.firstChannel() + j;
          assertThat(weights.packed().outputChannel(packed)).isEqualTo(order[packed]);
          for (int k = 0; k < weights.packed().inputs(); k++) {
            int code = weights.packed().code(block, k, j);
            assertThat(code).as("%s input %d channel %d", block, k, j).isEqualTo(weights.codes()[packed][k]);
            assertThat((long) block.group().level(code)).isEqualTo(RandomWeights.dense(block.group(), code));
            int row = weights.packed().firstTailRow(block, k);
            boolean listed = row < block.tails().count() && weights.packed().tailInput(block, row) == k;
            assertThat(listed ? weights.packed().tail(block, row, j) : 0)
                .as("tail of %s input %d channel %d", block, k, j)
                .isEqualTo(weights.tails()[packed][k]);
          }
        }
      }
    }
  }

  @Test
  void refusesCodesThatAreTooShort() {
    List<WeightGroup> groups = List.of(WeightGroup.uniform(10, 2));
    assertThat(new PackedWeights(2, groups, new int[0], MemorySegment.ofArray(new byte[16])).channels()).isEqualTo(10);
    assertThatThrownBy(() -> new PackedWeights(2, groups, new int[0], MemorySegment.ofArray(new byte[15])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("codes have 15 bytes, their groups need 16");
  }

  /**
   * Three channels of 2 dense bits and three inputs, of which the last one has tails 1, 0 and −2 of two planes: plane 0
   * has channel 0, plane 1 channel 2. Then a block without tails.
   */
  @Test
  void readsTailsWrittenByHand() {
    byte[] tails = {
      1, 0, 0, 0, 2, 0, 0, 0,
      2, 0, 0, 0, 0b001, 0b100, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0
    };
    List<WeightGroup> groups =
        List.of(WeightGroup.sparseTails(3, 2), WeightGroup.uniform(2, 3), WeightGroup.sparseTails(9, 1));
    PackedWeights weights =
        new PackedWeights(
            3, groups, new int[0], MemorySegment.ofArray(new byte[8 + 16 + 8 + 8]), MemorySegment.ofArray(tails));
    PackedWeights.Block first = weights.blocks().get(0);
    assertThat(weights.blocks()).extracting(PackedWeights.Block::hasTails).containsExactly(true, false, false);
    assertThat(first.tails().planes()).isEqualTo(2);
    assertThat(weights.tailInput(first, 0)).isEqualTo(2);
    assertThat(new int[] {weights.tail(first, 0, 0), weights.tail(first, 0, 1), weights.tail(first, 0, 2)})
        .containsExactly(1, 0, -2);
    assertThat(IntStream.rangeClosed(0, 3).map(k -> weights.firstTailRow(first, k))).containsExactly(0, 0, 0, 1);
    // Dense levels −2…1, tails −2…1 that count four times: −10…5.
    assertThat(first.largestLevel()).isEqualTo(10);
    assertThat(weights.blocks().get(2).largestLevel()).isEqualTo(1);
  }

  @Test
  void refusesTailsThatAreTooShortOrTooMany() {
    for (int[] header : new int[][] {{1, 0}, {0, 1}, {-1, 1}, {4, 1}, {1, 12}, {1, -1}, {1, Integer.MIN_VALUE}}) {
      ByteBuffer tails = ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
      tails.putInt(header[0]).putInt(header[1]);
      assertThatThrownBy(() -> tailed(tails.array()))
          .as("n %d, t %d", header[0], header[1])
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("there are 3 inputs");
    }
    byte[] enough = new byte[24];
    enough[0] = 1;
    enough[4] = 2;
    assertThat(tailed(enough).blocks().getFirst().hasTails()).isTrue();
    assertThatThrownBy(() -> tailed(Arrays.copyOf(enough, 23)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tails have 23 bytes, their groups need 24");
    assertThatThrownBy(() -> tailed(new byte[0])).isInstanceOf(IllegalArgumentException.class);
  }

  private static PackedWeights tailed(byte[] tails) {
    MemorySegment codes = MemorySegment.ofArray(new byte[16]);
    return new PackedWeights(
        3, List.of(WeightGroup.sparseTails(3, 2)), new int[0], codes, MemorySegment.ofArray(tails));
  }

  @Test
  void outlineHasTheBlocksOfTheWeights() {
    RandomGenerator random = Seeds.random("outlineHasTheBlocksOfTheWeights", 71);
    int[] order = RandomWeights.shuffled(random, 150, 150);
    List<WeightGroup> groups = RandomWeights.groups(random, 150, 150, 255);
    RandomWeights weights =
        RandomWeights.of(random, groups, 7, order, false, Content.RANDOM, TailPlaces.EVERYWHERE, 0);
    PackedWeights outline = PackedWeights.outline(7, groups, order);
    assertThat(outline.channels()).isEqualTo(150);
    assertThat(outline.blocks()).extracting(PackedWeights.Block::offset)
        .isEqualTo(weights.packed().blocks().stream().map(PackedWeights.Block::offset).toList());
    assertThat(outline.blocks()).noneMatch(PackedWeights.Block::hasTails);
  }

  @Test
  void levelsOfEachGrid() {
    WeightGroup twoRegion = WeightGroup.twoRegion(1, 4, 3, 5);
    int[] levels = {-28, -23, -18, -13, -8, -3, -2, -1, 0, 1, 2, 3, 8, 13, 18, 23};
    for (int code = -8; code < 8; code++) {
      assertThat(WeightGroup.uniform(1, 4).level(code)).isEqualTo(code);
      assertThat(WeightGroup.halfStep(1, 4).level(code)).isEqualTo(2 * code + 1);
      assertThat(twoRegion.level(code)).isEqualTo(levels[code + 8]);
      assertThat(WeightGroup.halfStep(1, 0).level(code)).isZero();
    }
  }
}
