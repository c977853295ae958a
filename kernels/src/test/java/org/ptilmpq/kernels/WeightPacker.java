package org.ptilmpq.kernels;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes codes in the bit-plane layout, one bit after the other, from the description at {@link PackedWeights} alone.
 * The segment is as short as the layout allows, so that a kernel that reads beyond it fails.
 */
public final class WeightPacker {

  private WeightPacker() {}

  /**
   * @param codes signed code of each packed channel at each input
   */
  public static MemorySegment pack(List<WeightGroup> groups, int inputs, byte[][] codes) {
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

  /**
   * Writes the tails of the groups that have them, from the description at {@link PackedWeights} alone; an empty
   * segment without such groups.
   *
   * @param tails signed tail of each packed channel at each input
   */
  public static MemorySegment packTails(List<WeightGroup> groups, int inputs, int[][] tails) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int packed = 0;
    for (WeightGroup group : groups) {
      for (int first = 0; first < group.channels() && group.tails(); first += 64) {
        int channels = Math.min(64, group.channels() - first);
        packTailsOfBlock(bytes, inputs, Arrays.copyOfRange(tails, packed + first, packed + first + channels));
      }
      packed += group.channels();
    }
    if (bytes.size() == 0) {
      return MemorySegment.NULL;
    }
    MemorySegment segment = Arena.ofAuto().allocate(bytes.size() + 8, 8);
    MemorySegment.copy(bytes.toByteArray(), 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.size());
    return segment;
  }

  private static void packTailsOfBlock(ByteArrayOutputStream bytes, int inputs, int[][] tails) {
    List<Integer> listed =
        IntStream.range(0, inputs).filter(k -> Arrays.stream(tails).anyMatch(row -> row[k] != 0)).boxed().toList();
    int planes = listed.isEmpty() ? 0 : 1;
    for (int[] row : tails) {
      for (int tail : row) {
        // A number takes its bits, and one for the sign.
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(tail < 0 ? ~tail : tail) + 1;
        planes = tail == 0 ? planes : Math.max(planes, bits);
      }
    }
    putInt(bytes, listed.size());
    putInt(bytes, planes);
    listed.forEach(k -> putInt(bytes, k));
    for (int k : listed) {
      for (int plane = 0; plane < planes; plane++) {
        byte[] word = new byte[Math.ceilDiv(tails.length, 8)];
        for (int j = 0; j < tails.length; j++) {
          word[j / 8] |= (byte) ((tails[j][k] >> plane & 1) << j % 8);
        }
        bytes.writeBytes(word);
      }
    }
    bytes.writeBytes(new byte[(8 - bytes.size() % 8) % 8]);
  }

  private static void putInt(ByteArrayOutputStream bytes, int value) {
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes.write(value >> 8 * i);
    }
  }
}
