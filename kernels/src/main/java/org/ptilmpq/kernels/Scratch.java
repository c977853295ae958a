package org.ptilmpq.kernels;

/** Working memory of one thread, shared by all kernels that run on it one after the other. Contents are undefined. */
public final class Scratch {

  private final float[] floats;
  private final int[] ints;
  private final short[] shorts;
  private final byte[] bytes;

  public Scratch(ScratchSize size) {
    floats = new float[size.floats()];
    ints = new int[size.ints()];
    shorts = new short[size.shorts()];
    bytes = new byte[size.bytes()];
  }

  /** At least as many floats as were asked for. */
  public float[] floats() {
    return floats;
  }

  /** At least as many integers as were asked for. */
  public int[] ints() {
    return ints;
  }

  /** At least as many 16-bit integers as were asked for. */
  public short[] shorts() {
    return shorts;
  }

  /** At least as many bytes as were asked for. */
  public byte[] bytes() {
    return bytes;
  }
}
