package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.machine.code.Label;
import org.ptilmpq.kernels.machine.code.X64Assembler;
import org.ptilmpq.kernels.machine.code.X64Vector;

/**
 * Unpacking with AVX2: a word of a plane becomes a mask of bytes, 32 channels at a time, by spreading its bytes and
 * testing a bit in each; codes come plane by plane from the highest one, which is the sign: code = 2 · code + bit.
 * Written out for each width, grid and number of channels that a model has.
 */
final class PlaneUnpacking extends X64Unpacking {

  private static final int LENGTH = 256;

  /**
   * Vectors: the rows of half of the channels and those of the other half are the first eight; then four to work with,
   * and constants.
   */
  private static final int TEMPORARY = 8;

  private static final int WORD = 9;
  private static final int TAILS = 10;
  private static final int SPREAD = 12;
  private static final int BITS = 14;

  /**
   * Offsets in a block's own data, which are constants here: which byte of a word each of 64 channels is in, and which
   * bit.
   */
  private static final int SPREAD_AT = 0;

  private static final int BITS_AT = 64;

  @Override
  byte[] own(PackedWeights.Block block) {
    byte[] own = new byte[96];
    for (int i = 0; i < PackedWeights.BLOCK; i++) {
      own[SPREAD_AT + i] = (byte) (i / 8);
    }
    for (int i = 0; i < 32; i++) {
      own[BITS_AT + i] = (byte) (1 << i % 8);
    }
    return own;
  }

  @Override
  int kind(PackedWeights.Block block) {
    boolean halfStep = block.group().halfStep() && block.width() > 0;
    return block.width() << 4 | (block.wordBytes() - 1) << 1 | (halfStep ? 1 : 0);
  }

  private static int width(int kind) {
    return kind >> 4;
  }

  /** Bytes of a word. */
  private static int word(int kind) {
    return (kind >> 1 & 7) + 1;
  }

  /** How many halves of the channels there are. */
  private static int halves(int kind) {
    return word(kind) > 4 ? 2 : 1;
  }

  private static boolean isHalfStep(int kind) {
    return (kind & 1) == 1;
  }

  @Override
  void begin(X64Emitter e) {
    load(e, SPREAD, Context.Block.OWN + SPREAD_AT);
    load(e, SPREAD + 1, Context.Block.OWN + SPREAD_AT + 32);
    load(e, BITS, Context.Block.OWN + BITS_AT);
  }

  private static void load(X64Emitter e, int vector, int displacement) {
    e.assembler.vectorMemory(X64Vector.VMOVDQU_LOAD, LENGTH, vector, 0, X64Emitter.machine(BLOCK), displacement);
  }

  @Override
  void rows(X64Emitter e, int kind, boolean isRemainder) {
    for (int i = 0; i < STEP_INPUTS; i++) {
      codes(e, kind, i);
      advance(e, i, isRemainder);
    }
    for (int half = 0; half < halves(kind) && isHalfStep(kind); half++) {
      twicePlusOne(e.assembler, half * STEP_INPUTS);
    }
  }

  @Override
  void write(X64Emitter e, int kind, int[] to, boolean isRemainder) {
    X64Assembler a = e.assembler;
    for (int half = 0; half < halves(kind); half++) {
      interleave(a, half * STEP_INPUTS);
    }
    if (isRemainder) {
      int context = X64Emitter.machine(CONTEXT);
      a.vectorMemory(X64Vector.VPBROADCASTD, LENGTH, TEMPORARY, 0, context, Context.REMAINDER_MASK);
      for (int i = 0; i < halves(kind) * STEP_INPUTS; i++) {
        a.vector(X64Vector.VPAND, LENGTH, i, i, TEMPORARY);
      }
    }
    // First the lower eight of each sixteen channels: in columns of eight the upper ones are far away.
    store(a, kind, to, 0);
    e.load(FREE_1, CONTEXT, Context.PANEL_8);
    for (int place : to) {
      e.add(place, FREE_1);
    }
    store(a, kind, to, 2);
    for (int place : to) {
      e.subtract(place, FREE_1);
    }
  }

  /** Writes two of the four vectors of each half of the channels: their lanes are sixteen channels apart. */
  private static void store(X64Assembler a, int kind, int[] to, int from) {
    for (int half = 0; half < halves(kind); half++) {
      for (int i = 0; i < 2; i++) {
        int vector = half * STEP_INPUTS + from + i;
        int low = X64Emitter.machine(to[2 * half]);
        int high = X64Emitter.machine(to[2 * half + 1]);
        a.vectorMemory(X64Vector.VMOVDQU_STORE, 128, vector, 0, low, 16 * i);
        a.vectorMemory(X64Vector.VEXTRACTI128, LENGTH, vector, 0, high, 16 * i, 1);
      }
    }
  }

  /** The codes of an input, 32 channels in each half's vector. */
  private static void codes(X64Emitter e, int kind, int input) {
    X64Assembler a = e.assembler;
    int width = width(kind);
    for (int half = 0; half < halves(kind) && width == 0; half++) {
      int to = half * STEP_INPUTS + input;
      a.vector(X64Vector.VPXOR, LENGTH, to, to, to);
    }
    for (int plane = width - 1; plane >= 0; plane--) {
      a.vectorMemory(X64Vector.VPBROADCASTQ, LENGTH, WORD, 0, X64Emitter.machine(CODES), plane * word(kind));
      for (int half = 0; half < halves(kind); half++) {
        plane(a, half * STEP_INPUTS + input, half, plane == width - 1);
      }
    }
  }

  /** Takes in a plane's bits of half of the channels: the highest plane's, as −1, or those of the next one. */
  private static void plane(X64Assembler a, int to, int half, boolean isSign) {
    int bit = isSign ? to : TEMPORARY;
    a.vector(X64Vector.VPSHUFB, LENGTH, bit, WORD, SPREAD + half);
    a.vector(X64Vector.VPAND, LENGTH, bit, bit, BITS);
    a.vector(X64Vector.VPCMPEQB, LENGTH, bit, bit, BITS);
    if (!isSign) {
      a.vector(X64Vector.VPADDB, LENGTH, to, to, to);
      a.vector(X64Vector.VPSUBB, LENGTH, to, to, bit);
    }
  }

  private static void twicePlusOne(X64Assembler a, int first) {
    a.vector(X64Vector.VPCMPEQB, LENGTH, TEMPORARY, TEMPORARY, TEMPORARY);
    for (int i = first; i < first + STEP_INPUTS; i++) {
      a.vector(X64Vector.VPADDB, LENGTH, i, i, i);
      a.vector(X64Vector.VPSUBB, LENGTH, i, i, TEMPORARY);
    }
  }

  /**
   * Four vectors have 32 channels of an input each; afterwards four inputs of four channels in each lane of 128 bits.
   */
  private static void interleave(X64Assembler a, int first) {
    int bytes = TEMPORARY;
    a.vector(X64Vector.VPUNPCKLBW, LENGTH, bytes, first, first + 1);
    a.vector(X64Vector.VPUNPCKHBW, LENGTH, bytes + 1, first, first + 1);
    a.vector(X64Vector.VPUNPCKLBW, LENGTH, bytes + 2, first + 2, first + 3);
    a.vector(X64Vector.VPUNPCKHBW, LENGTH, bytes + 3, first + 2, first + 3);
    a.vector(X64Vector.VPUNPCKLWD, LENGTH, first, bytes, bytes + 2);
    a.vector(X64Vector.VPUNPCKHWD, LENGTH, first + 1, bytes, bytes + 2);
    a.vector(X64Vector.VPUNPCKLWD, LENGTH, first + 2, bytes + 1, bytes + 3);
    a.vector(X64Vector.VPUNPCKHWD, LENGTH, first + 3, bytes + 1, bytes + 3);
  }

  @Override
  void tails(X64Emitter e, int kind) {
    X64Assembler a = e.assembler;
    int planes = FREE_1;
    int at = FREE_2;
    Label loop = new Label();
    Label done = new Label();
    // The highest plane is the last one.
    e.load(planes, BLOCK, Context.Block.TAIL_WIDTH);
    e.multiply(at, planes, word(kind));
    e.add(at, TAIL_WORDS);
    tailPlane(e, kind, at, true);
    e.addImmediate(planes, -1);
    e.jumpIfZero(planes, done);
    e.bind(loop);
    tailPlane(e, kind, at, false);
    e.countDown(planes, loop);
    e.bind(done);
    for (int half = 0; half < halves(kind); half++) {
      for (int bit = 0; bit < width(kind); bit++) {
        a.vector(X64Vector.VPADDB, LENGTH, TAILS + half, TAILS + half, TAILS + half);
      }
    }
  }

  private static void tailPlane(X64Emitter e, int kind, int at, boolean isSign) {
    e.addImmediate(at, -word(kind));
    e.assembler.vectorMemory(X64Vector.VPBROADCASTQ, LENGTH, WORD, 0, X64Emitter.machine(at), 0);
    for (int half = 0; half < halves(kind); half++) {
      plane(e.assembler, TAILS + half, half, isSign);
    }
  }

  @Override
  void addTails(X64Emitter e, int kind, int row) {
    for (int half = 0; half < halves(kind); half++) {
      int to = half * STEP_INPUTS + row;
      e.assembler.vector(X64Vector.VPADDB, LENGTH, to, to, TAILS + half);
    }
  }
}
