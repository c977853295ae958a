package org.ptilmpq.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Packed weights beside the plain numbers they were made from.
 *
 * @param codes signed code of each packed channel at each input
 * @param order output channel of each packed channel
 */
record RandomWeights(List<WeightGroup> groups, byte[][] codes, int[] order, PackedWeights packed) {

  static RandomWeights of(
      RandomGenerator random, List<WeightGroup> groups, int inputs, int[] order, boolean inOrder, Content content) {
    byte[][] codes = new byte[order.length][inputs];
    int channel = 0;
    for (WeightGroup group : groups) {
      for (int i = 0; i < group.channels(); i++, channel++) {
        for (int k = 0; k < inputs && group.width() > 0; k++) {
          codes[channel][k] = content.value(random, group.width(), k);
        }
      }
    }
    return of(groups, inputs, codes, order, inOrder);
  }

  static RandomWeights of(List<WeightGroup> groups, int inputs, byte[][] codes, int[] order, boolean inOrder) {
    PackedWeights packed =
        new PackedWeights(inputs, groups, inOrder ? new int[0] : order, WeightPacker.pack(groups, inputs, codes));
    return new RandomWeights(groups, codes, order, packed);
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
    return switch (random.nextInt(3)) {
      case 0 -> WeightGroup.uniform(channels, width);
      case 1 -> WeightGroup.halfStep(channels, width);
      default -> {
        int knee = width == 0 ? 0 : random.nextInt((1 << width - 1) + 1);
        yield new WeightGroup(channels, width, knee, random.nextInt(1, greatestRatio + 1), false);
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

  /** The integer level of a code, from the definition at {@link WeightGroup}. */
  static long level(WeightGroup group, int code) {
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
