package org.ptilmpq.kernels.machine.code;

/** The AArch64 loads and stores of one register in use: LDR and STR of Arm's manual with the kind of the register. */
public enum A64Memory {
  LDRB(0x39400000, 0),
  STRB(0x39000000, 0),
  LDRH(0x79400000, 1),
  LDR_W(0xB9400000, 2),
  STR_W(0xB9000000, 2),
  LDR_X(0xF9400000, 3),
  STR_X(0xF9000000, 3),
  LDR_S(0xBD400000, 2),
  LDR_D(0xFD400000, 3),
  STR_D(0xFD000000, 3),
  LDR_Q(0x3DC00000, 4),
  STR_Q(0x3D800000, 4);

  /** The form with an unsigned displacement. */
  final int word;

  /** Binary logarithm of the bytes, which that form counts displacements in. */
  final int scale;

  A64Memory(int word, int scale) {
    this.word = word;
    this.scale = scale;
  }

  /**
   * The AArch64 loads and stores of two registers in use: LDP and STP of Arm's manual with the kind of the registers.
   */
  public enum Pair {
    LDP_D(0x6D400000, 3),
    STP_D(0x6D000000, 3),
    LDP_Q(0xAD400000, 4),
    STP_Q(0xAD000000, 4);

    /** The form with a displacement. */
    final int word;

    /** Binary logarithm of a register's bytes, which displacements count in. */
    final int scale;

    Pair(int word, int scale) {
      this.word = word;
      this.scale = scale;
    }
  }
}
