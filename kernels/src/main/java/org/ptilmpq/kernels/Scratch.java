package org.ptilmpq.kernels;

/** Working memory of one thread, shared by all kernels that run on it one after the other. Contents are undefined. */
public final class Scratch {

  final float[] floats;
  final int[] ints;

  public Scratch(ScratchSize size) {
    floats = new float[size.floats()];
    ints = new int[size.ints()];
  }
}
