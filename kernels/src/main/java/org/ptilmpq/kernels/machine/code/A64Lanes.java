package org.ptilmpq.kernels.machine.code;

/** How an AArch64 instruction divides a vector into lanes: what Arm's manual writes after the register, "v0.16b". */
public enum A64Lanes {
  B8(0, 0),
  B16(1, 0),
  H4(0, 1),
  H8(1, 1),
  S4(1, 2),
  D2(1, 3);

  /** Whether all 128 bits are meant; those that widen, narrow or add pairs take it for the upper half. */
  final int q;

  /** The binary logarithm of a lane's bytes. */
  final int size;

  A64Lanes(int q, int size) {
    this.q = q;
    this.size = size;
  }

  /** Bits of a lane. */
  public int bits() {
    return Byte.SIZE << size;
  }
}
