package org.ptilmpq.kernels.machine;

/**
 * The data that a kernel's code reads besides tensors: native memory that doesn't change after {@code prepare}.
 * Constants are byte offsets; a block and a column are records of their own after the header.
 */
final class Context {

  /** Address of the first {@link Block}. */
  static final int BLOCKS = 0;

  /** The byte for places outside the input. */
  static final int FILL = 16;

  /** Segments of a pixel's inputs. */
  static final int SEGMENTS = 24;

  /** Whole steps of a segment. */
  static final int WHOLE_STEPS = 32;

  /** Inputs beyond the whole steps. */
  static final int REMAINDER = 40;

  /** Bits of the levels of a step's channel that the remainder leaves. */
  static final int REMAINDER_MASK = 48;

  /** Bytes from the first 16 channels of the panel to the second, and from the third to the fourth. */
  static final int PANEL_16 = 56;

  /** Bytes from the first eight channels to the second, of each sixteen. */
  static final int PANEL_8 = 8;

  /** The residual's multiplier, the least and the greatest result in all of 16 lanes. */
  static final int RESIDUAL = 64;

  static final int LOW = 128;
  static final int HIGH = 192;

  /** Inputs of a segment. */
  static final int SEGMENT_INPUTS = 256;

  /** Bytes from a step of the panel to the next. */
  static final int STEP_BYTES = 304;

  /** Bytes from the second 16 channels to the third. */
  static final int PANEL_MIDDLE = 312;

  /** Where the tensors are in the arena. */
  static final int INPUT_PLACE = 272;

  static final int OUTPUT_PLACE = 280;
  static final int RESIDUAL_PLACE = 288;

  /** Multiplier of an operand and the number added, in all of 16 lanes, where all channels share them. */
  static final int MULTIPLIER = 320;

  static final int ADDEND = 384;

  /** Address of multipliers of output pixels, 32 bits each. */
  static final int PIXEL_MULTIPLIERS = 296;

  /** The least and the greatest result in 64 bytes, and an order of 32-bit lanes ({@link Emitter#tileOrder}). */
  static final int LOW_BYTES = 448;

  static final int HIGH_BYTES = 512;
  static final int ORDER = 576;

  static final int BYTES = 640;

  private Context() {}

  /** Up to 64 channels whose codes lie together. */
  static final class Block {

    /** Address of the codes. */
    static final int CODES = 0;

    /** Bytes of an input's codes. */
    static final int STRIDE = 8;

    /** Address of the first column, and how many there are. */
    static final int COLUMN = 16;

    static final int COLUMNS = 24;

    /** Bytes from the strip's beginning to the channels that the block sees. */
    static final int INPUT = 32;

    /** Address of the levels in panels, where they are kept; else 0. */
    static final int KEPT = 40;

    /** 1 where levels are 2 · code + 1. */
    static final int HALF_STEP = 48;

    /** Bits of a code, bytes of a word. */
    static final int WIDTH = 56;

    static final int WORD = 64;

    /** Tail rows: how many, their inputs, their words, bytes of a row, bits of a tail. */
    static final int TAILS = 72;

    static final int TAIL_INPUTS = 80;
    static final int TAIL_WORDS = 88;
    static final int TAIL_STRIDE = 96;
    static final int TAIL_WIDTH = 104;

    /** Address of the subroutine that unpacks. */
    static final int UNPACK = 112;

    /** Data that only one instruction set needs. */
    static final int OWN = 128;

    static final int BYTES = 320;

    private Block() {}
  }

  /** Neighbouring channels of a block that one step works on. */
  static final class Column {

    /** Bytes from an output pixel to the first channel; 0 where they are scattered. */
    static final int OUTPUT = 0;

    /** How many channels there are. */
    static final int COUNT = 8;

    /** Address of the channels' places in an output pixel, 32 bits each, in bytes; 0 where they follow each other. */
    static final int PLACES = 16;

    /**
     * Steps with levels beyond a byte: how many, where their inputs are, and what the levels have above the low byte.
     */
    static final int HIGHS = 24;

    static final int HIGH_INPUTS = 32;
    static final int HIGH_PANEL = 40;

    /** Address of the factors of a depthwise window: one vector of lanes per tap. */
    static final int FACTORS = 32;

    /** Steps for which 16-bit sums are exact, where they are used; 0: only for half bytes. */
    static final int RUN = 48;

    /** Bytes from the panel's beginning to the column's levels. */
    static final int PANEL = 56;

    /** Start values of sums, multipliers and offsets: 32 bits per channel. */
    static final int START = 64;

    private Column() {}

    /** Where the multipliers of a column of {@code lanes} lanes are. */
    static int multiplier(int lanes) {
      return START + lanes * Integer.BYTES;
    }

    static int offset(int lanes) {
      return START + 2 * lanes * Integer.BYTES;
    }

    /** Bytes of a whole record. */
    static int bytes(int lanes) {
      return Math.ceilDiv(START + 3 * lanes * Integer.BYTES, 64) * 64;
    }
  }
}
