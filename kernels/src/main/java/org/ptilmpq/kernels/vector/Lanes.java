package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shape that all kernels of this virtual machine use. The species are compile-time constants to the JIT
 * because they are static and final: a species from anywhere else makes every vector a boxed object.
 */
public final class Lanes {

  /** The system property that gives the bits of a vector. */
  public static final String PROPERTY = "ptilmpq.vector.bits";

  static final VectorShape SHAPE = shape();
  static final VectorSpecies<Byte> BYTE = VectorSpecies.of(byte.class, SHAPE);
  static final VectorSpecies<Short> SHORT = VectorSpecies.of(short.class, SHAPE);
  static final VectorSpecies<Integer> INT = VectorSpecies.of(int.class, SHAPE);
  static final VectorSpecies<Float> FLOAT = VectorSpecies.of(float.class, SHAPE);
  static final VectorSpecies<Long> LONG = VectorSpecies.of(long.class, SHAPE);

  /** Half as wide: as many bytes as {@link #SHORT} has lanes. */
  static final VectorSpecies<Byte> HALF_BYTE =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(SHAPE.vectorBitSize() / 2));

  /** As many bytes as {@link #FLOAT} has lanes; with 128 bits twice as many, for want of a vector of four bytes. */
  static final VectorSpecies<Byte> QUARTER_BYTE =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, SHAPE.vectorBitSize() / 4)));

  /** Lanes of 16 bits: 8, 16 or 32. */
  static final int SHORTS = SHORT.length();

  /** Lanes of 32 bits: 4, 8 or 16. */
  static final int WORDS = INT.length();

  /** Lanes of 8 bits: 16, 32 or 64. */
  static final int BYTES = BYTE.length();

  private Lanes() {}

  /** Width of the vectors in use. */
  public static int bits() {
    return SHAPE.vectorBitSize();
  }

  /** The reason for this width. */
  public static String reason() {
    int preferred = IntVector.SPECIES_PREFERRED.vectorBitSize();
    if (bits() == preferred) {
      return "the machine's vectors have " + preferred + " bits";
    }
    String machine = " (the machine's vectors have " + preferred + (bits() > preferred ? ": slow)" : ")");
    return "-D" + PROPERTY + "=" + bits() + machine;
  }

  /**
   * The requested shape, whose width was checked when the kernels were chosen: an error in here would make the class
   * fail.
   */
  private static VectorShape shape() {
    Integer asked = Integer.getInteger(PROPERTY);
    int preferred = IntVector.SPECIES_PREFERRED.vectorBitSize();
    return VectorShape.forBitSize(asked == null ? Math.clamp(preferred, 128, 512) : asked);
  }

  /**
   * How channels are cut into whole vectors: chunks start every {@code lanes} channels, and the last one is moved back
   * so that it ends with the last channel. Where it overlaps the one before, both compute the same bytes, which is
   * cheaper than a remainder. It takes at least one vector of channels.
   *
   * @param channels of the tensor
   * @param lanes channels of a chunk
   */
  record ChannelChunks(int channels, int lanes) {

    /** Whether there is at least one whole vector. */
    boolean fit() {
      return channels >= lanes;
    }

    /** Number of chunks. */
    int count() {
      return (channels + lanes - 1) / lanes;
    }

    /** First channel of a chunk. */
    int start(int chunk) {
      return Math.min(chunk * lanes, channels - lanes);
    }
  }
}
