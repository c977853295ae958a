package org.ptilmpq.format;

import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.format.entropy.BinaryCoder;
import org.ptilmpq.format.entropy.Numbers;

/**
 * Codes what a layer has one entry per channel of: order, scales, biases. Written once for both directions, like
 * everything that works on a {@link BinaryCoder}: an encoder is given the values, a decoder arrays of zeros to fill.
 * Lossless whatever the values are, and short for those that a quantizer rounds: scales of few significant bits, biases
 * that are small multiples of a power of two.
 */
final class ChannelCoder {

  /** The most groups that a part of a convolution can have for the group of each channel to be coded. */
  static final int MAX_GROUPS = 64;

  private static final int FRACTION_BITS = 23;
  private static final int MIN_EXPONENT = -149;
  private static final int EXPONENT_BITS = 9;
  private static final int LENGTH_BITS = 5;

  private final Numbers scaleNumbers = new Numbers();
  private final Numbers biasNumbers = new Numbers();

  /** @param scales positive */
  void scales(BinaryCoder coder, float[] scales) {
    boolean encoding = coder.isEncoding();
    int mantissa = coder.bits(encoding ? mantissaBits(scales) : 0, LENGTH_BITS);
    int unused = Math.max(FRACTION_BITS - mantissa, 0);
    int longest = coder.bits(encoding ? longestStep(scales, unused) : 0, LENGTH_BITS);
    long sum = 0;
    for (int i = 0; i < scales.length; i++) {
      int value = Float.floatToRawIntBits(scales[i]) >>> unused;
      if (i == 0) {
        value = coder.bits(value, Float.SIZE - 1 - unused);
      } else {
        int mean = (int) (sum / i);
        value = mean + scaleNumbers.signed(coder, value - mean, longest);
      }
      scales[i] = Float.intBitsToFloat(value << unused);
      sum += value;
    }
  }

  /** The significant bits after the leading one that the longest scale needs. */
  private static int mantissaBits(float[] scales) {
    int all = 0;
    for (float scale : scales) {
      all |= Float.floatToRawIntBits(scale);
    }
    return Math.max(0, FRACTION_BITS - Integer.numberOfTrailingZeros(all));
  }

  /** The longest distance of a scale from the mean of those before it. */
  private static int longestStep(float[] scales, int unused) {
    int longest = 0;
    long sum = 0;
    for (int i = 0; i < scales.length; i++) {
      int value = Float.floatToRawIntBits(scales[i]) >>> unused;
      if (i > 0) {
        longest = Math.max(longest, Numbers.length(Math.abs(value - (int) (sum / i))));
      }
      sum += value;
    }
    return longest;
  }

  void biases(BinaryCoder coder, float[] biases) {
    boolean encoding = coder.isEncoding();
    int exponent = encoding ? exponent(biases) : MIN_EXPONENT;
    int longest = encoding ? longest(biases, exponent) : 0;
    if (coder.bits(longest < 0 ? 1 : 0, 1) != 0) {
      for (int i = 0; i < biases.length; i++) {
        int bits = Float.floatToRawIntBits(biases[i]);
        bits = coder.bits(bits >>> 16, 16) << 16 | coder.bits(bits & 0xFFFF, 16);
        biases[i] = Float.intBitsToFloat(bits);
      }
      return;
    }
    exponent = coder.bits(exponent - MIN_EXPONENT, EXPONENT_BITS) + MIN_EXPONENT;
    longest = coder.bits(longest, LENGTH_BITS);
    for (int i = 0; i < biases.length; i++) {
      int value = encoding ? (int) Math.scalb((double) biases[i], -exponent) : 0;
      biases[i] = (float) Math.scalb((double) biasNumbers.signed(coder, value, longest), exponent);
    }
  }

  /** The largest e such that all biases are multiples of 2^e. */
  private static int exponent(float[] biases) {
    int exponent = Integer.MAX_VALUE;
    for (float bias : biases) {
      if (bias != 0) {
        int bits = Float.floatToRawIntBits(bias);
        int fraction = bits & (1 << FRACTION_BITS) - 1 | (Math.getExponent(bias) < -126 ? 0 : 1 << FRACTION_BITS);
        int unit = Math.max(Math.getExponent(bias), Float.MIN_EXPONENT) - FRACTION_BITS;
        exponent = Math.min(exponent, unit + Integer.numberOfTrailingZeros(fraction));
      }
    }
    return exponent == Integer.MAX_VALUE ? 0 : exponent;
  }

  /** Bits of the longest bias as a multiple of 2^exponent; −1 if that is too long, or one is negative zero. */
  private static int longest(float[] biases, int exponent) {
    int longest = 0;
    for (float bias : biases) {
      double value = Math.scalb((double) bias, -exponent);
      if (Math.abs(value) > Integer.MAX_VALUE || bias == 0 && Float.floatToRawIntBits(bias) != 0) {
        return -1;
      }
      longest = Math.max(longest, Numbers.length((int) Math.abs(value)));
    }
    return longest;
  }

  /**
   * Codes the order of the channels.
   *
   * @param groups that add up to the channels and don't cross the parts
   * @param order a permutation within each part, or empty for the identity; ignored by a decoder
   * @return the order; of a damaged file perhaps no permutation
   */
  int[] order(BinaryCoder coder, List<ChannelGroup> groups, int channels, int parts, int[] order)
      throws PqFormatException {
    int[] ascending = ascending(groups, channels, parts, order);
    boolean identity = true;
    for (int i = 0; i < order.length; i++) {
      identity &= order[i] == i;
    }
    if (coder.bits(identity ? 1 : 0, 1) != 0) {
      return new int[0];
    }
    int partChannels = channels / parts;
    int[] coded = new int[channels];
    if (coder.bits(ascending != null ? 1 : 0, 1) == 0) {
      int bits = Numbers.length(partChannels - 1);
      for (int i = 0; i < channels; i++) {
        int first = i / partChannels * partChannels;
        coded[i] = first + coder.bits(order.length == 0 ? 0 : order[i] - first, bits);
      }
      return coded;
    }
    int next = 0;
    for (int first = 0; first < channels; first += partChannels) {
      List<Integer> sizes = new ArrayList<>();
      for (int size = 0; size < partChannels; next++) {
        sizes.add(groups.get(next).channels());
        size += groups.get(next).channels();
      }
      part(coder, sizes, first, partChannels, ascending, coded);
    }
    return coded;
  }

  /**
   * Codes the group of each channel of a part, by how many channels each group still lacks: n! / (n₁! n₂! …) ways, and
   * no more bits than they take.
   *
   * @param groupOf the group of each channel in its part; null in a decoder
   */
  private static void part(
      BinaryCoder coder, List<Integer> sizes, int first, int partChannels, int[] groupOf, int[] order)
      throws PqFormatException {
    if (sizes.size() > MAX_GROUPS) {
      throw new PqFormatException(sizes.size() + " groups to choose among; " + MAX_GROUPS + " is the limit");
    }
    int[] left = sizes.stream().mapToInt(Integer::intValue).toArray();
    int[] position = new int[left.length];
    for (int i = 1; i < position.length; i++) {
      position[i] = position[i - 1] + left[i - 1];
    }
    for (int channel = first; channel < first + partChannels; channel++) {
      int rest = first + partChannels - channel;
      int group = 0;
      while (left[group] < rest) {
        int bit = groupOf != null && groupOf[channel] == group ? 1 : 0;
        if (left[group] > 0) {
          int probability = Math.clamp(((long) left[group] << 16) / rest, 1, 65_535);
          if (coder.code(probability, bit) != 0) {
            break;
          }
        }
        rest -= left[group++];
      }
      left[group]--;
      order[first + position[group]++] = channel;
    }
  }

  /** The group of each channel in its part, or null when that doesn't determine the order. */
  private static int[] ascending(List<ChannelGroup> groups, int channels, int parts, int[] order) {
    int[] groupOf = new int[channels];
    int partChannels = channels / parts;
    int position = 0;
    int inPart = 0;
    for (ChannelGroup group : groups) {
      inPart = position % partChannels == 0 ? 0 : inPart + 1;
      if (inPart >= MAX_GROUPS) {
        return null;
      }
      for (int j = 0; j < group.channels() && order.length > 0; j++) {
        if (j > 0 && order[position + j] < order[position + j - 1]) {
          return null;
        }
        groupOf[order[position + j]] = inPart;
      }
      position += group.channels();
    }
    return groupOf;
  }
}
