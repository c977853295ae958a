package org.ptilmpq.kernels.machine.code;

/** The AArch64 loads and stores of two registers in use: LDP and STP of Arm's manual with the kind of the registers. */
public enum A64Pair {
  LDP_D(0x6D400000, 3),
  STP_D(0x6D000000, 3),
  LDP_Q(0xAD400000, 4),
  STP_Q(0xAD000000, 4);

  /** The form with a displacement. */
  final int word;

  /** Binary logarithm of a register's bytes, which displacements count in. */
  final int scale;

  A64Pair(int word, int scale) {
    this.word = word;
    this.scale = scale;
  }
}
