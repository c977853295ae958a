package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.machine.code.X64Vector;

/** AVX2: 8 lanes. The last vector is the emitter's own. */
final class Avx2Emitter extends X64Emitter {

  /** Vectors that kernels may use. */
  static final int VECTORS = 15;

  private static final int OWN = 15;

  Avx2Emitter() {
    super(256, 1);
  }

  @Override
  int vectors() {
    return VECTORS;
  }

  @Override
  void storeVector(int vector, int base, int displacement, int count) {
    if (count == 32) {
      memory(X64Vector.VMOVDQU_STORE, vector, 0, base, displacement);
      return;
    }
    storeHalf(vector, base, displacement, Math.min(count, 16));
    if (count > 16) {
      assembler.vector(X64Vector.VEXTRACTI128, 256, vector, 0, OWN, 1);
      storeHalf(OWN, base, displacement + 16, count - 16);
    }
  }

  @Override
  void storePixels(int vector, int base, int displacement, int advance) {
    assembler.vectorMemory(X64Vector.VMOVQ_STORE, 128, vector, 0, machine(base), displacement);
    assembler.vectorMemory(X64Vector.VMOVHPS_STORE, 128, vector, 0, machine(base), displacement + advance);
    assembler.vector(X64Vector.VEXTRACTI128, 256, vector, 0, vector, 1);
    assembler.vectorMemory(X64Vector.VMOVQ_STORE, 128, vector, 0, machine(base), displacement + 2 * advance);
    assembler.vectorMemory(X64Vector.VMOVHPS_STORE, 128, vector, 0, machine(base), displacement + 3 * advance);
  }

  /** Stores the first bytes of 128 bits, in pieces of eight, four, two and one. */
  private void storeHalf(int vector, int base, int displacement, int count) {
    if (count == 16) {
      assembler.vectorMemory(X64Vector.VMOVDQU_STORE, 128, vector, 0, machine(base), displacement);
      return;
    }
    int done = 0;
    if (count >= 8) {
      assembler.vectorMemory(X64Vector.VMOVQ_STORE, 128, vector, 0, machine(base), displacement);
      done = 8;
    }
    done = storePiece(X64Vector.VPEXTRD, 4, vector, base, displacement, done, count);
    done = storePiece(X64Vector.VPEXTRW, 2, vector, base, displacement, done, count);
    storePiece(X64Vector.VPEXTRB, 1, vector, base, displacement, done, count);
  }

  private int storePiece(
      X64Vector instruction, int bytes, int vector, int base, int displacement, int done, int count) {
    if (count - done < bytes) {
      return done;
    }
    assembler.vectorMemory(instruction, 128, vector, 0, machine(base), displacement + done, done / bytes);
    return done + bytes;
  }

  @Override
  void storeColumn(int vector, int base, int displacement, int count) {
    assembler.vector(X64Vector.VEXTRACTI128, 256, vector, 0, OWN, 1);
    assembler.vector(X64Vector.VPACKSSDW, 128, OWN, vector, OWN);
    assembler.vector(X64Vector.VPACKSSWB, 128, OWN, OWN, OWN);
    storeHalf(OWN, base, displacement, count);
  }

  @Override
  void multiplyAddVector(int to, int from, int base, int displacement) {
    memory(X64Vector.VPMADDWD, OWN, from, base, displacement);
    registers(X64Vector.VPADDD, to, to, OWN);
  }
}
