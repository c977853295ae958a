package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.machine.code.X64Assembler;
import org.ptilmpq.kernels.machine.code.X64Vector;

/**
 * AVX-512 with its dot products (F, BW, VL, VNNI): 16 lanes, masked stores. The last vector and mask 1 are the
 * emitter's.
 */
final class Avx512Emitter extends X64Emitter {

  /** Vectors that kernels may use. */
  static final int VECTORS = 31;

  private static final int OWN = 31;
  private static final int MASK = 1;

  /** @param columnVectors 1 or 2 */
  Avx512Emitter(int columnVectors) {
    super(512, columnVectors);
  }

  @Override
  int vectors() {
    return VECTORS;
  }

  @Override
  void storeVector(int vector, int base, int displacement, int count) {
    storeBytes(512, vector, base, displacement, count);
  }

  @Override
  void storeColumn(int vector, int base, int displacement, int count) {
    for (int done = 0; done < count; done += lanes()) {
      assembler.vector(X64Vector.VPMOVSDB, 512, vector + done / lanes(), 0, OWN);
      storeBytes(128, OWN, base, displacement + done, Math.min(lanes(), count - done));
    }
  }

  @Override
  void storePixels(int vector, int base, int displacement, int advance) {
    if (columnVectors() == 2) {
      storeBytes(256, vector, base, displacement, 32);
      assembler.vectorMemory(X64Vector.VEXTRACTI32X8, 512, vector, 0, machine(base), displacement + advance, 1);
      return;
    }
    storeBytes(128, vector, base, displacement, 16);
    for (int pixel = 1; pixel < 4; pixel++) {
      assembler.vectorMemory(
          X64Vector.VEXTRACTI128, 512, vector, 0, machine(base), displacement + pixel * advance, pixel);
    }
  }

  private void storeBytes(int length, int vector, int base, int displacement, int count) {
    if (count == length / Byte.SIZE) {
      assembler.vectorMemory(X64Vector.VMOVDQU_STORE, length, vector, 0, machine(base), displacement);
      return;
    }
    assembler.mov(X64Assembler.R15, (1L << count) - 1);
    assembler.kmovq(MASK, X64Assembler.R15);
    assembler.vectorMasked(X64Vector.VMOVDQU8_STORE, length, vector, 0, machine(base), displacement, MASK, false);
  }

  @Override
  void multiplyAddVector(int to, int from, int base, int displacement) {
    memory(X64Vector.VPDPWSSD, to, from, base, displacement);
  }
}
