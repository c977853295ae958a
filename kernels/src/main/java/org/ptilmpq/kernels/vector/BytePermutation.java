package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Moves the bytes of a row to other places. A vector of the result takes its bytes from as few vectors of the source as
 * hold them, wherever these start: two to five of them where a row is put together from as many rising sequences, as
 * channels in packed order are, and at worst all there are. Where a row is no multiple of a vector the last one
 * overlaps the one before; what is less than a vector has zeros after it.
 */
final class BytePermutation {

  private static final int L = Lanes.BYTES;

  private final int length;

  /** Where the sources of each vector of the result start, one after the other. */
  private final int[] sources;

  /** For each source a vector: which of its lanes a lane of the result takes, −1 for none. */
  private final byte[] lanes;

  /** Where the sources of each vector of the result end. */
  private final int[] ends;

  /** @param sourceOf for each byte of the result its place in the source: a permutation */
  BytePermutation(int[] sourceOf) {
    length = sourceOf.length;
    ends = new int[(length + L - 1) / L];
    int[] starts = new int[length];
    byte[] all = new byte[length * L];
    Arrays.fill(all, (byte) -1);
    int end = 0;
    for (int vector = 0; vector < ends.length; vector++) {
      long[] wanted = wanted(sourceOf, start(vector), Math.min(L, length));
      for (int i = 0; i < wanted.length; end++) {
        starts[end] = Math.max(0, Math.min(source(wanted[i]), length - L));
        for (; i < wanted.length && source(wanted[i]) < starts[end] + L; i++) {
          all[end * L + lane(wanted[i])] = (byte) (source(wanted[i]) - starts[end]);
        }
      }
      ends[vector] = end;
    }
    sources = Arrays.copyOf(starts, end);
    lanes = Arrays.copyOf(all, end * L);
  }

  /** Places in the source of some bytes of the result, ascending, each with the lane that needs it. */
  private static long[] wanted(int[] sourceOf, int first, int count) {
    long[] wanted = new long[count];
    for (int lane = 0; lane < count; lane++) {
      wanted[lane] = (long) sourceOf[first + lane] << Integer.SIZE | lane;
    }
    Arrays.sort(wanted);
    return wanted;
  }

  private static int source(long wanted) {
    return (int) (wanted >> Integer.SIZE);
  }

  private static int lane(long wanted) {
    return (int) wanted;
  }

  private int start(int vector) {
    return Math.max(0, Math.min(vector * L, length - L));
  }

  /** Bytes that {@link #apply} reads and writes: a whole vector, also where a row has less. */
  int span() {
    return Math.max(L, length);
  }

  /** Result byte i is {@code source[from + sourceOf[i]]}; the two rows don't overlap. */
  void apply(byte[] source, int from, byte[] result, int to) {
    int entry = 0;
    for (int vector = 0; vector < ends.length; vector++) {
      ByteVector bytes = ByteVector.zero(Lanes.BYTE);
      for (; entry < ends[vector]; entry++) {
        ByteVector lane = ByteVector.fromArray(Lanes.BYTE, lanes, entry * L);
        ByteVector found = lane.selectFrom(ByteVector.fromArray(Lanes.BYTE, source, from + sources[entry]));
        bytes = ByteVector.zero(Lanes.BYTE).blend(found, lane.compare(VectorOperators.GE, (byte) 0)).or(bytes);
      }
      bytes.intoArray(result, to + start(vector));
    }
  }
}
