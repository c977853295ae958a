package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.machine.code.X64Assembler;
import org.ptilmpq.kernels.machine.code.X64Vector;

/**
 * Unpacking with AVX-512 VBMI and GFNI: the planes of an input are bits of a matrix, eight channels × eight bits,
 * whose transpose are the channels' bytes. {@code vpermb} puts the planes of each eight channels together, the
 * highest one repeated as the sign, and {@code gf2p8affineqb} transposes: two instructions for 64 channels of any
 * width.
 */
final class GfniUnpacking extends X64Unpacking {

  private static final int LENGTH = 512;

  /** Masks of what is loaded, and of the bits that tails have. */
  private static final int CODE_MASK = 1;

  private static final int TAIL_MASK = 2;
  private static final int TAIL_BITS = 3;

  /** Vectors: rows are the first four, and four more for interleaving. */
  private static final int TAILS = 8;

  private static final int CODE_INDEX = 16;
  private static final int TAIL_INDEX = 17;
  private static final int IDENTITY = 18;
  private static final int MINUS_ONE = 19;
  private static final int REMAINDER = 20;

  /** Row i of the identity has bit i set. */
  private static final long IDENTITY_BITS = 0x8040201008040201L;

  /** Offsets in a block's own data. */
  private static final int CODE_MASK_AT = 0;

  private static final int TAIL_MASK_AT = 8;
  private static final int TAIL_BITS_AT = 16;
  private static final int CODE_INDEX_AT = 64;
  private static final int TAIL_INDEX_AT = 128;

  @Override
  byte[] own(PackedWeights.Block block) {
    byte[] own = new byte[TAIL_INDEX_AT + 64];
    int width = block.width();
    int planes = block.tails().planes();
    putLong(own, CODE_MASK_AT, mask(width * block.wordBytes()));
    // Only those planes of a tail count that reach into the low byte.
    putLong(own, TAIL_MASK_AT, mask(Math.min(planes, Byte.SIZE) * block.wordBytes()));
    for (int i = 0; i < 64; i++) {
      // Bit r of the bytes of the transpose comes from byte 7 − r of a matrix.
      int bit = 7 - i % 8;
      int eight = Math.min(i / 8, block.wordBytes() - 1);
      own[CODE_INDEX_AT + i] = (byte) (Math.clamp(bit, 0, Math.max(0, width - 1)) * block.wordBytes() + eight);
      if (bit >= width && planes > 0) {
        own[TAIL_BITS_AT + i / 8] |= (byte) (1 << i % 8);
        own[TAIL_INDEX_AT + i] = (byte) (Math.min(bit - width, planes - 1) * block.wordBytes() + eight);
      }
    }
    return own;
  }

  private static long mask(int bytes) {
    return bytes == 0 ? 0 : -1L >>> 64 - bytes;
  }

  private static void putLong(byte[] bytes, int at, long value) {
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[at + i] = (byte) (value >>> 8 * i);
    }
  }

  /** Whether levels are half steps. */
  @Override
  int kind(PackedWeights.Block block) {
    return block.group().halfStep() && block.width() > 0 ? 1 : 0;
  }

  @Override
  void begin(X64Emitter e) {
    loadMask(e, CODE_MASK, CODE_MASK_AT);
    loadMask(e, TAIL_MASK, TAIL_MASK_AT);
    loadMask(e, TAIL_BITS, TAIL_BITS_AT);
    e.loadVector(CODE_INDEX, BLOCK, Context.Block.OWN + CODE_INDEX_AT);
    e.loadVector(TAIL_INDEX, BLOCK, Context.Block.OWN + TAIL_INDEX_AT);
    e.moveImmediate(FREE_1, IDENTITY_BITS);
    e.store(FREE_1, Frame.REGISTER, Frame.BYTES);
    e.memory(X64Vector.VPBROADCASTQ, IDENTITY, 0, Frame.REGISTER, Frame.BYTES);
    e.moveImmediate(FREE_1, 0xFF);
    e.broadcastByte(MINUS_ONE, FREE_1);
    e.memory(X64Vector.VPBROADCASTD, REMAINDER, 0, CONTEXT, Context.REMAINDER_MASK);
  }

  private static void loadMask(X64Emitter e, int mask, int at) {
    e.load(FREE_1, BLOCK, Context.Block.OWN + at);
    e.assembler.kmovq(mask, X64Emitter.machine(FREE_1));
  }

  @Override
  void rows(X64Emitter e, int kind, boolean isRemainder) {
    X64Assembler a = e.assembler;
    for (int i = 0; i < STEP_INPUTS; i++) {
      a.vectorMasked(X64Vector.VMOVDQU8_LOAD, LENGTH, i, 0, X64Emitter.machine(CODES), 0, CODE_MASK, true);
      e.registers(X64Vector.VPERMB, i, CODE_INDEX, i);
      a.vector(X64Vector.GF2P8AFFINEQB, LENGTH, i, IDENTITY, i, 0);
      if (kind == 1) {
        e.registers(X64Vector.VPADDB, i, i, i);
        e.registers(X64Vector.VPSUBB, i, i, MINUS_ONE);
      }
      advance(e, i, isRemainder);
    }
  }

  @Override
  void write(X64Emitter e, int kind, int[] to, boolean isRemainder) {
    interleave(e);
    for (int i = 0; i < STEP_INPUTS; i++) {
      if (isRemainder) {
        e.registers(X64Vector.VPAND, i, i, REMAINDER);
      }
      e.storeVector(i, to[i], 0, e.vectorBytes());
    }
  }

  /** Vectors 0 to 3 have 64 channels of an input each; afterwards four inputs of 16 channels each. */
  private static void interleave(X64Emitter e) {
    X64Assembler a = e.assembler;
    e.registers(X64Vector.VPUNPCKLBW, 4, 0, 1);
    e.registers(X64Vector.VPUNPCKHBW, 5, 0, 1);
    e.registers(X64Vector.VPUNPCKLBW, 6, 2, 3);
    e.registers(X64Vector.VPUNPCKHBW, 7, 2, 3);
    e.registers(X64Vector.VPUNPCKLWD, 0, 4, 6);
    e.registers(X64Vector.VPUNPCKHWD, 1, 4, 6);
    e.registers(X64Vector.VPUNPCKLWD, 2, 5, 7);
    e.registers(X64Vector.VPUNPCKHWD, 3, 5, 7);
    // Lane l of the four has channels 16·l …: lanes of 128 bits are transposed.
    a.vector(X64Vector.VSHUFI32X4, LENGTH, 4, 0, 1, 0x44);
    a.vector(X64Vector.VSHUFI32X4, LENGTH, 5, 2, 3, 0x44);
    a.vector(X64Vector.VSHUFI32X4, LENGTH, 6, 0, 1, 0xEE);
    a.vector(X64Vector.VSHUFI32X4, LENGTH, 7, 2, 3, 0xEE);
    a.vector(X64Vector.VSHUFI32X4, LENGTH, 0, 4, 5, 0x88);
    a.vector(X64Vector.VSHUFI32X4, LENGTH, 1, 4, 5, 0xDD);
    a.vector(X64Vector.VSHUFI32X4, LENGTH, 2, 6, 7, 0x88);
    a.vector(X64Vector.VSHUFI32X4, LENGTH, 3, 6, 7, 0xDD);
  }

  @Override
  void tails(X64Emitter e, int kind) {
    X64Assembler a = e.assembler;
    a.vectorMasked(X64Vector.VMOVDQU8_LOAD, LENGTH, TAILS, 0, X64Emitter.machine(TAIL_WORDS), 0, TAIL_MASK, true);
    a.vectorZeroing(X64Vector.VPERMB, LENGTH, TAILS, TAIL_INDEX, TAILS, TAIL_BITS);
    a.vector(X64Vector.GF2P8AFFINEQB, LENGTH, TAILS, IDENTITY, TAILS, 0);
  }

  @Override
  void addTails(X64Emitter e, int kind, int row) {
    e.registers(X64Vector.VPADDB, row, row, TAILS);
  }
}
