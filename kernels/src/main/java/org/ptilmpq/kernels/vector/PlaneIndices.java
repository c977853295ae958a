package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;

/**
 * Unpacks bit planes to indices of {@link SubsetTables}: for each channel and plane, one bit of each of a table's
 * inputs. Indices lie as [vector of channels][group of inputs][plane], so that the tiles read them in order. Lanes
 * beyond the block's channels look up entry 0, which is 0.
 */
final class PlaneIndices {

  private PlaneIndices() {}

  /** Vectors of channels that a block takes. */
  static int vectors(int channels) {
    return (channels + Lanes.SHORTS - 1) / Lanes.SHORTS;
  }

  /**
   * Unpacks the planes of neighbouring inputs, the first {@code inputs} channels of a tap from k on.
   *
   * @param group which group of the run comes first
   * @param runGroups groups of the run
   * @param at where the run's indices are
   */
  static void unpack(
      PackedWeights weights, Block block, int k, int inputs, int group, int runGroups, short[] indices, int at) {
    int width = block.width();
    for (int c = 0; c < block.channels(); c += Lanes.BYTES) {
      int low = at + (c / Lanes.SHORTS * runGroups + group) * width * Lanes.SHORTS;
      int high = c + Lanes.SHORTS < block.channels() ? low + runGroups * width * Lanes.SHORTS : low;
      for (int i = 0; i < inputs; i += SubsetTables.INPUTS) {
        int count = Math.min(SubsetTables.INPUTS, inputs - i);
        for (int plane = 0; plane < width; plane++) {
          if (count == 5) {
            five(weights, block, k + i, plane, c, indices, low, high);
          } else {
            some(weights, block, k + i, count, plane, c, indices, low, high);
          }
          low += Lanes.SHORTS;
          high += Lanes.SHORTS;
        }
      }
    }
  }

  private static void five(
      PackedWeights weights, Block block, int k, int plane, int c, short[] indices, int low, int high) {
    VectorMask<Byte> m0 = VectorMask.fromLong(Lanes.BYTE, weights.word(block, k, plane) >>> c);
    VectorMask<Byte> m1 = VectorMask.fromLong(Lanes.BYTE, weights.word(block, k + 1, plane) >>> c);
    VectorMask<Byte> m2 = VectorMask.fromLong(Lanes.BYTE, weights.word(block, k + 2, plane) >>> c);
    VectorMask<Byte> m3 = VectorMask.fromLong(Lanes.BYTE, weights.word(block, k + 3, plane) >>> c);
    VectorMask<Byte> m4 = VectorMask.fromLong(Lanes.BYTE, weights.word(block, k + 4, plane) >>> c);
    ByteVector bits =
        ByteVector.zero(Lanes.BYTE)
            .blend((byte) 1, m0)
            .add((byte) 2, m1)
            .add((byte) 4, m2)
            .add((byte) 8, m3)
            .add((byte) 16, m4);
    ((ShortVector) bits.castShape(Lanes.SHORT, 1)).intoArray(indices, high);
    ((ShortVector) bits.castShape(Lanes.SHORT, 0)).intoArray(indices, low);
  }

  private static void some(
      PackedWeights weights, Block block, int k, int inputs, int plane, int c, short[] indices, int low, int high) {
    ByteVector bits = ByteVector.zero(Lanes.BYTE);
    for (int input = 0; input < inputs; input++) {
      VectorMask<Byte> mask = VectorMask.fromLong(Lanes.BYTE, weights.word(block, k + input, plane) >>> c);
      bits = ByteVector.zero(Lanes.BYTE).blend((byte) (1 << input), mask).or(bits);
    }
    ((ShortVector) bits.castShape(Lanes.SHORT, 1)).intoArray(indices, high);
    ((ShortVector) bits.castShape(Lanes.SHORT, 0)).intoArray(indices, low);
  }
}
