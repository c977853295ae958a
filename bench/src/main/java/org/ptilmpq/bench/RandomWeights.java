package org.ptilmpq.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.WeightGroup;

/**
 * Weights of one width with random codes, in bit planes.
 *
 * @param packed as kernels read them
 * @param meanLevel mean magnitude of a level
 * @param rootMeanSquare of the levels
 */
public record RandomWeights(PackedWeights packed, double meanLevel, double rootMeanSquare) {

  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * @param arena that the planes live as long as: machine code reads them in native memory, and copies what isn't there
   * @param inputs weights of one output channel
   * @param bits of every code, 1…8
   */
  static RandomWeights of(
      Arena arena, RandomGenerator random, int inputs, int channels, int bits, Codes codes) {
    long bytes = Long.BYTES;
    for (int first = 0; first < channels; first += PackedWeights.BLOCK) {
      bytes += blockBytes(inputs, Math.min(PackedWeights.BLOCK, channels - first), bits);
    }
    MemorySegment planes = arena.allocate(bytes, 64);
    long[] words = new long[bits];
    double magnitudes = 0;
    double squares = 0;
    long block = 0;
    for (int first = 0; first < channels; first += PackedWeights.BLOCK) {
      int blockChannels = Math.min(PackedWeights.BLOCK, channels - first);
      int wordBytes = (blockChannels + 7) / 8;
      for (int k = 0; k < inputs; k++) {
        Arrays.fill(words, 0);
        for (int j = 0; j < blockChannels; j++) {
          int code = codes.next(random, bits);
          magnitudes += Math.abs(code);
          squares += (double) code * code;
          for (int plane = 0; plane < bits; plane++) {
            words[plane] |= (code >> plane & 1L) << j;
          }
        }
        // Words in ascending order: what one writes beyond its bytes is 0, and the next one's to write.
        for (int plane = 0; plane < bits; plane++) {
          planes.set(WORD, block + ((long) k * bits + plane) * wordBytes, words[plane]);
        }
      }
      block += blockBytes(inputs, blockChannels, bits);
    }
    double count = (double) inputs * channels;
    PackedWeights packed =
        new PackedWeights(inputs, List.of(WeightGroup.uniform(channels, bits)), new int[0], planes);
    return new RandomWeights(packed, magnitudes / count, Math.sqrt(squares / count));
  }

  private static long blockBytes(int inputs, int channels, int bits) {
    return (long) Math.ceilDiv(inputs * bits * ((channels + 7) / 8), Long.BYTES) * Long.BYTES;
  }

  /** Spread of a workload's weights over the codes of a width. What kernels may do can depend on their size. */
  public enum Codes {

    /**
     * The codes of normal weights as a quantizer leaves them: rounded, and clipped where the width ends, at 2 + b/4
     * standard deviations. That is 2.75 for 3 bits and 4 for 8, close to where the mean squared error is least (Max
     * 1960, table II: 2.3 and 3.9), and the mean level is 1.1 or 25.
     */
    NORMAL {
      @Override
      int next(RandomGenerator random, int bits) {
        int end = 1 << bits - 1;
        double deviation = end / (2 + bits / 4.0);
        return (int) Math.clamp(Math.rint(random.nextGaussian() * deviation), -end, end - 1);
      }
    },

    /** Every code as often as any other, which has the largest sums: 64 is the mean level of 8 bits, 2 that of 3. */
    UNIFORM {
      @Override
      int next(RandomGenerator random, int bits) {
        return random.nextInt() >> Integer.SIZE - bits;
      }
    };

    /**
     * Draws a code.
     *
     * @param bits of a code in two's complement, 1…8
     */
    abstract int next(RandomGenerator random, int bits);
  }
}
