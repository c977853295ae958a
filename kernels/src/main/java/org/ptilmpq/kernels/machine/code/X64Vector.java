package org.ptilmpq.kernels.machine.code;

/**
 * The x86-64 vector instructions in use, under the names of Intel's manual (Software Developer's Manual, volume 2),
 * with their prefix, opcode map, opcode and W bit. Those of AVX and AVX2 have the same numbers in the EVEX form of
 * AVX-512.
 */
public enum X64Vector {
  VMOVDQU_LOAD(0xF3, 1, 0x6F, 0, Operand.VECTOR),
  VMOVDQU_STORE(0xF3, 1, 0x7F, 0, Operand.VECTOR),
  VMOVDQU8_LOAD(0xF2, 1, 0x6F, 0, Operand.VECTOR),
  VMOVDQU8_STORE(0xF2, 1, 0x7F, 0, Operand.VECTOR),
  VMOVD_STORE(0x66, 1, 0x7E, 0, Operand.DWORD),
  VMOVQ_STORE(0x66, 1, 0xD6, 1, Operand.QWORD),
  VMOVHPS_STORE(0, 1, 0x17, 0, Operand.QWORD),
  VMOVD_TO_VECTOR(0x66, 1, 0x6E, 0, Operand.DWORD),
  VPEXTRB(0x66, 3, 0x14, 0, Operand.BYTE),
  VPEXTRW(0x66, 3, 0x15, 0, Operand.WORD),
  VPEXTRD(0x66, 3, 0x16, 0, Operand.DWORD),
  VEXTRACTI32X8(0x66, 3, 0x3B, 0, Operand.YMM),
  VEXTRACTI128(0x66, 3, 0x39, 0, Operand.XMM),
  VPBROADCASTB(0x66, 2, 0x78, 0, Operand.BYTE),
  VPBROADCASTD(0x66, 2, 0x58, 0, Operand.DWORD),
  VPBROADCASTQ(0x66, 2, 0x59, 1, Operand.QWORD),
  VBROADCASTSS(0x66, 2, 0x18, 0, Operand.DWORD),
  VPXOR(0x66, 1, 0xEF, 0, Operand.VECTOR),
  VPAND(0x66, 1, 0xDB, 0, Operand.VECTOR),
  VPADDB(0x66, 1, 0xFC, 0, Operand.VECTOR),
  VPADDW(0x66, 1, 0xFD, 0, Operand.VECTOR),
  VPADDD(0x66, 1, 0xFE, 0, Operand.VECTOR),
  VPOR(0x66, 1, 0xEB, 0, Operand.VECTOR),
  VPSUBD(0x66, 1, 0xFA, 0, Operand.VECTOR),
  VPSUBB(0x66, 1, 0xF8, 0, Operand.VECTOR),
  VPCMPEQB(0x66, 1, 0x74, 0, Operand.VECTOR),
  VPMAXSB(0x66, 2, 0x3C, 0, Operand.VECTOR),
  VPMINSB(0x66, 2, 0x38, 0, Operand.VECTOR),
  VPMAXSW(0x66, 1, 0xEE, 0, Operand.VECTOR),
  VPABSB(0x66, 2, 0x1C, 0, Operand.VECTOR),
  VPCMPGTW(0x66, 1, 0x65, 0, Operand.VECTOR),
  VPCMPEQD(0x66, 1, 0x76, 0, Operand.VECTOR),
  VPMINSD(0x66, 2, 0x39, 0, Operand.VECTOR),
  VPMAXSD(0x66, 2, 0x3D, 0, Operand.VECTOR),
  VPABSD(0x66, 2, 0x1E, 0, Operand.VECTOR),
  VPMULLD(0x66, 2, 0x40, 0, Operand.VECTOR),
  VPSRAVD(0x66, 2, 0x46, 0, Operand.VECTOR),
  VPHADDD(0x66, 2, 0x02, 0, Operand.VECTOR),
  VPTEST(0x66, 2, 0x17, 0, Operand.VECTOR),
  VPMOVMSKB(0x66, 1, 0xD7, 0, Operand.VECTOR),
  VPMADDUBSW(0x66, 2, 0x04, 0, Operand.VECTOR),
  VPMADDWD(0x66, 1, 0xF5, 0, Operand.VECTOR),
  VPDPBUSD(0x66, 2, 0x50, 0, Operand.VECTOR),
  VPDPWSSD(0x66, 2, 0x52, 0, Operand.VECTOR),
  VPMOVSXBD(0x66, 2, 0x21, 0, Operand.QUARTER),
  VPMOVSDB(0xF3, 2, 0x21, 0, Operand.QUARTER),
  VPACKSSDW(0x66, 1, 0x6B, 0, Operand.VECTOR),
  VPACKUSWB(0x66, 1, 0x67, 0, Operand.VECTOR),
  VPACKSSWB(0x66, 1, 0x63, 0, Operand.VECTOR),
  VPUNPCKLBW(0x66, 1, 0x60, 0, Operand.VECTOR),
  VPUNPCKHBW(0x66, 1, 0x68, 0, Operand.VECTOR),
  VPUNPCKLWD(0x66, 1, 0x61, 0, Operand.VECTOR),
  VPUNPCKHWD(0x66, 1, 0x69, 0, Operand.VECTOR),
  VPSHUFB(0x66, 2, 0x00, 0, Operand.VECTOR),
  VPERMD(0x66, 2, 0x36, 0, Operand.VECTOR),
  VPERMB(0x66, 2, 0x8D, 0, Operand.VECTOR),
  VSHUFI32X4(0x66, 3, 0x43, 0, Operand.VECTOR),
  GF2P8AFFINEQB(0x66, 3, 0xCE, 1, 1, Operand.VECTOR),
  VCVTDQ2PS(0, 1, 0x5B, 0, Operand.VECTOR),
  VCVTPS2DQ(0x66, 1, 0x5B, 0, Operand.VECTOR),
  VADDPS(0, 1, 0x58, 0, Operand.VECTOR),
  VMULPS(0, 1, 0x59, 0, Operand.VECTOR),
  VMINPS(0, 1, 0x5D, 0, Operand.VECTOR),
  VMAXPS(0, 1, 0x5F, 0, Operand.VECTOR);

  /** The piece of memory that an instruction reads or writes, which is EVEX's unit of short displacements. */
  enum Operand {
    VECTOR,
    QUARTER,
    YMM,
    XMM,
    QWORD,
    DWORD,
    WORD,
    BYTE;

    int bytes(int length) {
      return switch (this) {
        case VECTOR -> length / 8;
        case QUARTER -> length / 32;
        case YMM -> 32;
        case XMM -> 16;
        case QWORD -> 8;
        case DWORD -> 4;
        case WORD -> 2;
        case BYTE -> 1;
      };
    }
  }

  /** The prefix as VEX and EVEX count it. */
  final int pp;

  /** The opcode map: 1 is 0F, 2 is 0F 38, 3 is 0F 3A. */
  final int map;

  final int opcode;

  /** The W bit of EVEX. */
  final int w;

  /** The W bit of VEX. */
  final int vexW;

  final Operand operand;

  /** The bits of the four bytes of its EVEX prefix that don't depend on the operands. */
  final int evexBase;

  X64Vector(int prefix, int map, int opcode, int w, Operand operand) {
    this(prefix, map, opcode, w, 0, operand);
  }

  X64Vector(int prefix, int map, int opcode, int w, int vexW, Operand operand) {
    this.pp =
        switch (prefix) {
          case 0x66 -> 1;
          case 0xF3 -> 2;
          case 0xF2 -> 3;
          default -> 0;
        };
    this.map = map;
    this.opcode = opcode;
    this.w = w;
    this.vexW = vexW;
    this.operand = operand;
    evexBase = evexBase(map, pp, w);
  }

  static int evexBase(int map, int pp, int w) {
    return 0x62 | map << 8 | (w << 7 | 4 | pp) << 16;
  }
}
