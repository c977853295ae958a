package org.ptilmpq.kernels.machine.code;

import java.util.Locale;

/**
 * How objdump reads a {@link X64Vector}: its own names in EVEX form, the names of memory, and which lengths and forms
 * the processor knows.
 *
 * @param name in VEX form
 * @param evexName in EVEX form
 * @param lengths of vectors that it has
 * @param isVex whether it has a VEX form
 * @param isEvex whether it has an EVEX form that this project may use
 * @param hasSecond whether it has three operands
 * @param isStore whether memory, or the last register, is what it writes
 * @param hasImmediate whether a byte follows
 */
record X64Reading(
    X64Vector instruction,
    String name,
    String evexName,
    int[] lengths,
    boolean isVex,
    boolean isEvex,
    boolean hasSecond,
    boolean isStore,
    boolean hasImmediate) {

  private static final int[] ALL = {128, 256, 512};
  private static final int[] VEX = {128, 256};
  private static final int[] SHORT = {128};
  private static final int[] LONG = {256, 512};
  private static final int[] LONGEST = {512};

  static X64Reading of(X64Vector v) {
    String name = v.name().toLowerCase(Locale.ROOT).replace("_load", "").replace("_store", "");
    return switch (v) {
      case VMOVDQU_LOAD -> two(v, name, "vmovdqu32");
      case VMOVDQU_STORE -> store(v, name, "vmovdqu32", ALL, false);
      case VMOVDQU8_LOAD -> new X64Reading(v, name, name, ALL, false, true, false, false, false);
      case VMOVDQU8_STORE -> new X64Reading(v, name, name, ALL, false, true, false, true, false);
      case VMOVD_STORE, VMOVQ_STORE, VMOVHPS_STORE -> store(v, name, name, SHORT, false);
      case VMOVD_TO_VECTOR -> new X64Reading(v, "vmovd", "vmovd", SHORT, true, true, false, false, false);
      case VPEXTRB, VPEXTRW, VPEXTRD -> store(v, name, name, SHORT, true);
      case VEXTRACTI128 -> store(v, name, "vextracti32x4", LONG, true);
      case VEXTRACTI32X8 -> new X64Reading(v, name, name, LONGEST, false, true, false, true, true);
      case VPBROADCASTB, VPBROADCASTD, VPBROADCASTQ, VBROADCASTSS -> two(v, name, name);
      case VPMOVSXBD, VPABSB, VPABSD, VCVTDQ2PS, VCVTPS2DQ -> two(v, name, name);
      case VPXOR, VPAND, VPOR -> new X64Reading(v, name, name + "d", ALL, true, true, true, false, false);
      case VPCMPEQB, VPCMPEQD, VPCMPGTW -> new X64Reading(v, name, name, ALL, true, false, true, false, false);
      case VPTEST -> new X64Reading(v, name, name, VEX, true, false, false, false, false);
      case VPHADDD -> new X64Reading(v, name, name, VEX, true, false, true, false, false);
      case VPMOVMSKB -> new X64Reading(v, name, name, ALL, true, false, false, false, false);
      case VPMOVSDB -> new X64Reading(v, name, name, ALL, false, true, false, true, false);
      case VPERMD -> new X64Reading(v, name, name, LONG, true, true, true, false, false);
      case VPERMB -> new X64Reading(v, name, name, ALL, false, true, true, false, false);
      case VSHUFI32X4 -> new X64Reading(v, name, name, LONG, false, true, true, false, true);
      case GF2P8AFFINEQB -> new X64Reading(v, "vgf2p8affineqb", "vgf2p8affineqb", ALL, true, true, true, false, true);
      default -> new X64Reading(v, name, name, ALL, true, true, true, false, false);
    };
  }

  private static X64Reading two(X64Vector v, String name, String evexName) {
    return new X64Reading(v, name, evexName, ALL, true, true, false, false, false);
  }

  private static X64Reading store(X64Vector v, String name, String evexName, int[] lengths, boolean hasImmediate) {
    return new X64Reading(v, name, evexName, lengths, true, true, false, true, hasImmediate);
  }

  /** Whether a general register is its last operand, where it isn't memory. */
  boolean isFromGeneral() {
    return switch (instruction) {
      case VMOVD_TO_VECTOR, VMOVD_STORE, VPEXTRB, VPEXTRW, VPEXTRD -> true;
      default -> false;
    };
  }

  /** Whether its last operand can be a register. */
  boolean hasRegisters() {
    return instruction != X64Vector.VMOVHPS_STORE;
  }

  /** Whether its last operand can be memory. */
  boolean hasMemory() {
    return instruction != X64Vector.VPMOVMSKB;
  }

  /** Whether a general register is its first operand. */
  boolean isToGeneral() {
    return instruction == X64Vector.VPMOVMSKB;
  }

  private String begin(boolean isEvex) {
    // Dot products had the EVEX form first, and so it is the one without a remark.
    String remark = !isEvex && name.startsWith("vpdp") ? "{vex} " : "";
    return remark + (isEvex ? evexName : name) + " ";
  }

  String registers(int length, boolean isEvex, int first, int second, int third, String[] general) {
    String last = isFromGeneral() ? general[third] : X64DisassemblyTest.vector(length(length), third);
    if (isStore) {
      return begin(isEvex) + last + "," + X64DisassemblyTest.vector(length, first);
    }
    String to = isToGeneral() ? general[first] : X64DisassemblyTest.vector(length, first);
    return begin(isEvex) + to + second(length, second) + "," + last;
  }

  String memory(int length, boolean isEvex, int first, int second, String place, String mask) {
    String last = memory(length) + " PTR " + place;
    if (isStore) {
      return begin(isEvex) + last + mask + "," + X64DisassemblyTest.vector(length, first);
    }
    return begin(isEvex) + X64DisassemblyTest.vector(length, first) + mask + second(length, second) + "," + last;
  }

  private String second(int length, int second) {
    return hasSecond ? "," + X64DisassemblyTest.vector(length, second) : "";
  }

  /** The length of the last operand, where it is a vector. */
  private int length(int length) {
    return switch (instruction.operand) {
      case VECTOR -> length;
      case YMM -> 256;
      default -> 128;
    };
  }

  private String memory(int length) {
    return switch (instruction.operand.bytes(length)) {
      case 1 -> "BYTE";
      case 2 -> "WORD";
      case 4 -> "DWORD";
      case 8 -> "QWORD";
      case 16 -> "XMMWORD";
      case 32 -> "YMMWORD";
      default -> "ZMMWORD";
    };
  }
}
