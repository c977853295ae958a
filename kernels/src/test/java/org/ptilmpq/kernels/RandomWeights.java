package org.ptilmpq.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Packed weights beside the plain numbers they were made from.
 *
 * @param codes signed code of each packed channel at each input
 * @param tails signed tail of each packed channel at each input; 0 but in groups with tails
 * @param order output channel of each packed channel
 */
record RandomWeights(List<WeightGroup> groups, byte[][] codes, int[][] tails, int[] order, PackedWeights packed) {

  /** No file can hold levels of more bits. */
  private static final int LEVEL_BITS = 12;

  /**
   * @param tailPlaces of every block with tails
   * @param tailPlanes bits of the tails, as far as levels of 12 bits allow; 0: a random number
   */
  static RandomWeights of(
      RandomGenerator random,
      List<WeightGroup> groups,
      int inputs,
      int[] order,
      boolean inOrder,
      Content content,
      TailPlaces tailPlaces,
      int tailPlanes) {
    byte[][] codes = new byte[order.length][inputs];
    int[][] tails = new int[order.length][inputs];
    int channel = 0;
    for (WeightGroup group : groups) {
      for (int i = 0; i < group.channels(); i++) {
        for (int k = 0; k < inputs && group.width() > 0; k++) {
          codes[channel + i][k] = (byte) content.value(random, group.width(), k);
        }
      }
      for (int first = 0; first < group.channels() && group.tails(); first += PackedWeights.BLOCK) {
        int count = Math.min(PackedWeights.BLOCK, group.channels() - first);
        int most = LEVEL_BITS - group.width();
        int planes = tailPlanes == 0 ? random.nextInt(1, most + 1) : Math.min(tailPlanes, most);
        int[][] block = Arrays.copyOfRange(tails, channel + first, channel + first + count);
        placeTails(random, block, planes, content, tailPlaces.ofBlock(random));
      }
      channel += group.channels();
    }
    return of(groups, inputs, codes, tails, order, inOrder);
  }

  /** Tails in all channels of a block, in some, or in one, at the inputs that have any. */
  private static void placeTails(
      RandomGenerator random, int[][] block, int planes, Content content, TailPlaces places) {
    int inputs = block[0].length;
    for (int k = 0; k < inputs; k++) {
      if (places.has(random, k, inputs)) {
        int kind = random.nextInt(3);
        int one = random.nextInt(block.length);
        for (int j = 0; j < block.length; j++) {
          boolean chosen = kind == 0 || kind == 1 && random.nextBoolean() || j == one;
          block[j][k] = chosen ? content.value(random, planes, k) : 0;
        }
      }
    }
  }

  static RandomWeights of(
      List<WeightGroup> groups, int inputs, byte[][] codes, int[][] tails, int[] order, boolean inOrder) {
    PackedWeights packed =
        new PackedWeights(
            inputs,
            groups,
            inOrder ? new int[0] : order,
            WeightPacker.pack(groups, inputs, codes),
            WeightPacker.packTails(groups, inputs, tails));
    return new RandomWeights(groups, codes, tails, order, packed);
  }

  /** Weights without tails. */
  static RandomWeights of(List<WeightGroup> groups, int inputs, byte[][] codes, int[] order, boolean inOrder) {
    return of(groups, inputs, codes, new int[codes.length][inputs], order, inOrder);
  }

  /**
   * Cuts channels into groups of random sizes, widths from 0 to 8 and grids; none crosses a multiple of {@code part}.
   */
  static List<WeightGroup> groups(RandomGenerator random, int channels, int part, int greatestRatio) {
    List<WeightGroup> groups = new ArrayList<>();
    for (int done = 0; done < channels; ) {
      int left = part - done % part;
      int count = random.nextBoolean() ? left : random.nextInt(1, left + 1);
      groups.add(group(random, count, random.nextInt(9), greatestRatio));
      done += count;
    }
    return groups;
  }

  /** A group of one width on a random grid. */
  static WeightGroup group(RandomGenerator random, int channels, int width, int greatestRatio) {
    return switch (random.nextInt(4)) {
      case 0 -> WeightGroup.uniform(channels, width);
      case 1 -> WeightGroup.halfStep(channels, width);
      case 2 -> width == 0 ? WeightGroup.uniform(channels, 0) : WeightGroup.sparseTails(channels, width);
      default -> {
        int knee = width == 0 ? 0 : random.nextInt((1 << width - 1) + 1);
        yield WeightGroup.twoRegion(channels, width, knee, random.nextInt(1, greatestRatio + 1));
      }
    };
  }

  /** Output channels in an order that keeps to each part of {@code part} channels. */
  static int[] shuffled(RandomGenerator random, int channels, int part) {
    int[] order = new int[channels];
    for (int first = 0; first < channels; first += part) {
      for (int i = 0; i < part; i++) {
        int other = random.nextInt(i + 1);
        order[first + i] = order[first + other];
        order[first + other] = first + i;
      }
    }
    return order;
  }

  /** The integer level of a packed channel's weight. */
  long level(WeightGroup group, int channel, int k) {
    return dense(group, codes[channel][k]) + ((long) tails[channel][k] << group.width());
  }

  /** The integer level of a code without its tail, from the definition at {@link WeightGroup}. */
  static long dense(WeightGroup group, int code) {
    if (group.width() == 0) {
      return 0;
    }
    if (group.halfStep()) {
      return 2L * code + 1;
    }
    long tail = Math.max(0L, Math.abs((long) code) - group.knee());
    long dense = Math.abs((long) code) - tail;
    return (code < 0 ? -1 : 1) * (dense + tail * group.ratio());
  }

  /** The group of each packed channel. */
  WeightGroup[] groupOfChannel() {
    WeightGroup[] of = new WeightGroup[order.length];
    int channel = 0;
    for (WeightGroup group : groups) {
      for (int i = 0; i < group.channels(); i++) {
        of[channel++] = group;
      }
    }
    return of;
  }
}
