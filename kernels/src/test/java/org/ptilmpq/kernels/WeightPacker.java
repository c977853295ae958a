package org.ptilmpq.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Writes codes in the bit-plane layout, one bit after the other, from the text of {@link PackedWeights} alone. The
 * segment is as short as the layout allows, so that a kernel that reads beyond it fails.
 */
final class WeightPacker {

  private WeightPacker() {}

  /**
   * @param codes signed code of each packed channel at each input
   */
  static MemorySegment pack(List<WeightGroup> groups, int inputs, byte[][] codes) {
    long size = 0;
    for (WeightGroup group : groups) {
      for (int first = 0; first < group.channels(); first += 64) {
        size += blockBytes(inputs, group.width(), Math.min(64, group.channels() - first));
      }
    }
    MemorySegment segment = Arena.ofAuto().allocate(size + 8, 8);
    long at = 0;
    int packed = 0;
    for (WeightGroup group : groups) {
      for (int first = 0; first < group.channels(); first += 64) {
        int channels = Math.min(64, group.channels() - first);
        packBlock(segment, at, inputs, group.width(), codes, packed + first, channels);
        at += blockBytes(inputs, group.width(), channels);
      }
      packed += group.channels();
    }
    return segment;
  }

  private static long blockBytes(int inputs, int width, int channels) {
    long bytes = (long) inputs * width * Math.ceilDiv(channels, 8);
    return Math.ceilDiv(bytes, 8) * 8;
  }

  private static void packBlock(
      MemorySegment segment, long at, int inputs, int width, byte[][] codes, int firstChannel, int channels) {
    for (int k = 0; k < inputs; k++) {
      for (int plane = 0; plane < width; plane++) {
        for (int j = 0; j < channels; j++) {
          if ((codes[firstChannel + j][k] >> plane & 1) == 1) {
            long where = at + ((long) k * width + plane) * Math.ceilDiv(channels, 8) + j / 8;
            byte old = segment.get(ValueLayout.JAVA_BYTE, where);
            segment.set(ValueLayout.JAVA_BYTE, where, (byte) (old | 1 << j % 8));
          }
        }
      }
    }
  }
}
