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
record RandomWeights(PackedWeights packed, double meanLevel, double rootMeanSquare) {

  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * @param arena that the planes live as long as: machine code reads them in native memory, and copies what isn't there
   * @param inputs weights of one output channel
   * @param bits of every code, 1…8
   */
  static RandomWeights of(
      Arena arena, RandomGenerator random, int inputs, int channels, int bits, CodeDistribution codes) {
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
}
