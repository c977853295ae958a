package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.machine.code.Label;
import org.ptilmpq.kernels.machine.code.X64Assembler;
import org.ptilmpq.kernels.machine.code.X64Vector;

/**
 * Unpacking with AVX2: a word of a plane becomes a mask of bytes, 32 channels at a time, by spreading its bytes and
 * testing a bit in each; codes come plane by plane from the highest one, which is the sign: code = 2 · code + bit.
 */
final class PlaneUnpacking extends X64Unpacking {

  private static final int LENGTH = 256;
  private static final int BIT = 5;
  private static final int SPREAD = 12;
  private static final int BITS = 13;
  private static final int ONES = 14;
  private static final int REMAINDER = 11;

  /** Offsets of what a block says: constants, here. */
  private static final int SPREAD_AT = 0;

  private static final int BITS_AT = 32;

  @Override
  byte[] own(PackedWeights.Block block) {
    byte[] own = new byte[64];
    for (int i = 0; i < 32; i++) {
      own[SPREAD_AT + i] = (byte) (i / 8);
      own[BITS_AT + i] = (byte) (1 << i % 8);
    }
    return own;
  }

  @Override
  void begin(X64Emitter e) {
    load(e, SPREAD, BLOCK, Context.Block.OWN + SPREAD_AT);
    load(e, BITS, BLOCK, Context.Block.OWN + BITS_AT);
    e.assembler.vector(X64Vector.VPCMPEQB, LENGTH, ONES, ONES, ONES);
    e.assembler.vectorMemory(
        X64Vector.VPBROADCASTD, LENGTH, REMAINDER, 0, X64Emitter.machine(CONTEXT), Context.REMAINDER_MASK);
  }

  private static void load(X64Emitter e, int vector, int base, int displacement) {
    e.assembler.vectorMemory(X64Vector.VMOVDQU_LOAD, LENGTH, vector, 0, X64Emitter.machine(base), displacement);
  }

  @Override
  void step(X64Emitter e, boolean halfStep, Runnable[] advance, int[] to, boolean masks) {
    X64Assembler a = e.assembler;
    Label done = new Label();
    e.store(CODES, Frame.REGISTER, Frame.BYTES - 8);
    for (int half = 0; half < 2; half++) {
      if (half == 1) {
        e.load(OWN_1, BLOCK, Context.Block.WORD);
        e.jumpIfBelow(OWN_1, 5, done);
        e.load(CODES, Frame.REGISTER, Frame.BYTES - 8);
      }
      for (int i = 0; i < 4; i++) {
        codes(e, i, half, Context.Block.WIDTH);
        if (halfStep) {
          a.vector(X64Vector.VPADDB, LENGTH, i, i, i);
          a.vector(X64Vector.VPSUBB, LENGTH, i, i, ONES);
        }
        advance[i].run();
      }
      interleave(a);
      for (int i = 0; i < 4; i++) {
        if (masks) {
          a.vector(X64Vector.VPAND, LENGTH, i, i, REMAINDER);
        }
        int low = X64Emitter.machine(to[2 * half]);
        int high = X64Emitter.machine(to[2 * half + 1]);
        a.vectorMemory(X64Vector.VMOVDQU_STORE, 128, i, 0, low, 16 * i);
        a.vectorMemory(X64Vector.VEXTRACTI128, LENGTH, i, 0, high, 16 * i, 1);
      }
    }
    e.bind(done);
  }

  /**
   * Vectors 0 to 3 have 32 channels of an input each; afterwards four inputs of four channels in each lane of 128
   * bits.
   */
  private static void interleave(X64Assembler a) {
    a.vector(X64Vector.VPUNPCKLBW, LENGTH, 6, 0, 1);
    a.vector(X64Vector.VPUNPCKHBW, LENGTH, 7, 0, 1);
    a.vector(X64Vector.VPUNPCKLBW, LENGTH, 8, 2, 3);
    a.vector(X64Vector.VPUNPCKHBW, LENGTH, 9, 2, 3);
    a.vector(X64Vector.VPUNPCKLWD, LENGTH, 0, 6, 8);
    a.vector(X64Vector.VPUNPCKHWD, LENGTH, 1, 6, 8);
    a.vector(X64Vector.VPUNPCKLWD, LENGTH, 2, 7, 9);
    a.vector(X64Vector.VPUNPCKHWD, LENGTH, 3, 7, 9);
  }

  /** The numbers of 32 channels, of as many bits as the block says at an offset, from the words at CODES. */
  private static void codes(X64Emitter e, int to, int half, int width) {
    X64Assembler a = e.assembler;
    int planes = OWN_1;
    int at = OWN_2;
    int word = OWN_3;
    Label loop = new Label();
    Label done = new Label();
    a.vector(X64Vector.VPXOR, LENGTH, to, to, to);
    e.load(planes, BLOCK, width);
    e.jumpIfZero(planes, done);
    e.load(word, BLOCK, Context.Block.WORD);
    // The highest plane is the last one.
    e.move(at, word);
    a.imul(X64Emitter.machine(at), X64Emitter.machine(planes));
    e.subtract(at, word);
    e.add(at, CODES);
    bit(a, to, at, half);
    e.addImmediate(planes, -1);
    e.jumpIfZero(planes, done);
    e.bind(loop);
    e.subtract(at, word);
    bit(a, BIT, at, half);
    a.vector(X64Vector.VPADDB, LENGTH, to, to, to);
    a.vector(X64Vector.VPSUBB, LENGTH, to, to, BIT);
    e.countDown(planes, loop);
    e.bind(done);
  }

  /** −1 where the bit of a channel is set, else 0. */
  private static void bit(X64Assembler a, int to, int at, int half) {
    a.vectorMemory(X64Vector.VPBROADCASTD, LENGTH, to, 0, X64Emitter.machine(at), 4 * half);
    a.vector(X64Vector.VPSHUFB, LENGTH, to, to, SPREAD);
    a.vector(X64Vector.VPAND, LENGTH, to, to, BITS);
    a.vector(X64Vector.VPCMPEQB, LENGTH, to, to, BITS);
  }

  @Override
  void tails(X64Emitter e) {
    X64Assembler a = e.assembler;
    for (int half = 0; half < 2; half++) {
      codes(e, 0, half, Context.Block.TAIL_WIDTH);
      Label shift = new Label();
      Label done = new Label();
      e.load(OWN_1, BLOCK, Context.Block.WIDTH);
      e.jumpIfZero(OWN_1, done);
      e.bind(shift);
      a.vector(X64Vector.VPADDB, LENGTH, 0, 0, 0);
      e.countDown(OWN_1, shift);
      e.bind(done);
      a.vectorMemory(
          X64Vector.VMOVDQU_STORE, LENGTH, 0, 0, X64Emitter.machine(Frame.REGISTER), Frame.BYTES + 32 * half);
    }
  }
}
