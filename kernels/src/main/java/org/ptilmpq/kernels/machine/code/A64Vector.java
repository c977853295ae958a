package org.ptilmpq.kernels.machine.code;

/**
 * The AArch64 instructions of two or three vectors in use, under the names of Arm's manual (Arm Architecture Reference
 * Manual, DDI 0487). An instruction whose operands have different lanes goes by the narrower ones: with {@link
 * Lanes#B8} SMLAL multiplies the lower eight bytes, with {@link Lanes#B16} it is what the manual calls SMLAL2,
 * for the upper ones.
 */
public enum A64Vector {
  ADD(0x0E208400, Size.INTEGER),
  SUB(0x2E208400, Size.INTEGER),
  MUL(0x0E209C00, Size.INTEGER),
  ABS(0x0E20B800, Size.INTEGER),
  NEG(0x2E20B800, Size.INTEGER),
  CMEQ(0x2E208C00, Size.INTEGER),
  SSHL(0x0E204400, Size.INTEGER),
  SMAX(0x0E206400, Size.INTEGER),
  SMIN(0x0E206C00, Size.INTEGER),
  UMAX(0x2E206400, Size.INTEGER),
  CMTST(0x0E208C00, Size.INTEGER),
  USHL(0x2E204400, Size.INTEGER),
  ADDP(0x0E20BC00, Size.INTEGER),
  AND(0x0E201C00, Size.NONE),
  ORR(0x0EA01C00, Size.NONE),
  EOR(0x2E201C00, Size.NONE),
  FADD(0x0E20D400, Size.FLOAT),
  FMUL(0x2E20DC00, Size.FLOAT),
  FMIN(0x0EA0F400, Size.FLOAT),
  FMAX(0x0E20F400, Size.FLOAT),
  SMULL(0x0E20C000, Size.INTEGER),
  SMLAL(0x0E208000, Size.INTEGER),
  SABAL(0x0E205000, Size.INTEGER),
  /** Of the lanes S4: four sums of four products of bytes. */
  SDOT(0x0E809400, Size.NONE),
  ZIP1(0x0E003800, Size.INTEGER),
  ZIP2(0x0E007800, Size.INTEGER),
  /** Of bytes, with one table, the first of the vectors it reads. */
  TBL(0x0E000000, Size.NONE),
  SADALP(0x0E206800, Size.INTEGER),
  UMAXV(0x2E30A800, Size.INTEGER),
  XTN(0x0E212800, Size.INTEGER),
  SQXTN(0x0E214800, Size.INTEGER),
  SCVTF(0x0E21D800, Size.FLOAT),
  FCVTNS(0x0E21A800, Size.FLOAT);

  /** The part of the instruction that says how wide the lanes are. */
  enum Size {
    INTEGER,
    FLOAT,
    NONE;

    int bits(Lanes lanes) {
      return switch (this) {
        case INTEGER -> lanes.size << 22;
        case FLOAT -> (lanes.size & 1) << 22;
        case NONE -> 0;
      };
    }
  }

  private final int word;
  private final Size size;

  A64Vector(int word, Size size) {
    this.word = word;
    this.size = size;
  }

  /** The instruction with registers of number 0. */
  int word(Lanes lanes) {
    return word | lanes.q << 30 | size.bits(lanes);
  }

  /** How an AArch64 instruction divides a vector into lanes: what Arm's manual writes after the register, "v0.16b". */
  public enum Lanes {
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

    Lanes(int q, int size) {
      this.q = q;
      this.size = size;
    }

    /** Bits of a lane. */
    public int bits() {
      return Byte.SIZE << size;
    }
  }
}
