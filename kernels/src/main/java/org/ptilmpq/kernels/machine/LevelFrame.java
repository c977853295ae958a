package org.ptilmpq.kernels.machine;

/**
 * The data of a layer that {@link LevelCode} is decoding, in native memory whose address is in {@link #REGISTER}
 * throughout. Constants are byte offsets.
 */
final class LevelFrame {

  static final int REGISTER = 5;

  /** Channels of a block, whether it has that many or not; the others have level 0. */
  static final int CHANNELS = 64;

  /** Address of the next word of the stream, and after the last one. */
  static final int WORDS = 0;

  static final int WORDS_END = 8;

  /** Likewise of the escapes. */
  static final int ESCAPES = 16;

  static final int ESCAPES_END = 24;

  /** Inputs left, and the number of the next one. */
  static final int INPUTS_LEFT = 32;

  static final int INPUT = 40;

  /** Address of the next input's mean magnitude. */
  static final int INPUT_MEAN = 48;

  /** Addresses of the levels at neighbouring taps, a byte each: zeros where there is no tap. */
  static final int LEFT = 56;

  static final int ABOVE = 64;
  static final int ABOVE_LEFT = 72;
  static final int ABOVE_RIGHT = 80;

  /** Where levels are kept for taps to come, and bytes from an input's to the next one's. */
  static final int HISTORY = 88;

  static final int HISTORY_STEP = 96;

  /** Where the next word of a plane goes; bytes of a word; planes. */
  static final int PLANES = 104;

  static final int WORD_BYTES = 112;
  static final int WIDTH = 120;

  /** Channels: whole eights, and the rest. */
  static final int EIGHTS = 128;

  static final int REST = 136;

  /** Where the next input with tails goes: {@link #LISTED_BYTES} of tails, and its number. */
  static final int LISTED = 144;

  static final int LISTED_INPUTS = 152;

  /** Whether there may be tails; 0 if not. */
  static final int MAY_LIST = 160;

  /** Not 0 as soon as something doesn't fit. */
  static final int FAULT = 168;

  /** Inputs until the channels' logarithms are taken anew, and from then on until the next time. */
  static final int LOG_COUNT = 176;

  static final int LOG_PERIOD = 184;

  /** ⌈2^36 / channels⌉: a sum is multiplied by this instead of divided by the channels. */
  static final int RECIPROCAL = 192;

  static final int RECIPROCAL_BITS = 36;

  /** Planes of tails: those of the lower bytes, and of the upper ones. */
  static final int LOW_PLANES = 200;

  static final int HIGH_PLANES = 208;

  /** Address of the next {@link #SEGMENT_BYTES segment}: inputs that are decoded alike. */
  static final int SEGMENT = 216;

  /** Numbers of 32 bits that vectors are filled with. */
  static final int MEAN_SHIFT = 256;

  static final int WIDTH_SHIFT = 260;
  static final int HALF = 264;
  static final int LOG_BASE = 268;
  static final int OCTAVE_BASE = 272;
  static final int LEFT_WEIGHT = 276;
  static final int ABOVE_WEIGHT = 280;
  static final int CORNER_WEIGHT = 284;

  /** Constants, in the order of {@link #CONSTANT_VALUES}. */
  static final int ONE = 288;

  static final int FOUR = 292;
  static final int SEVEN = 296;
  static final int EIGHT = 300;
  static final int TO_EIGHTHS = 304;
  static final int MAX_INDEX = 308;
  static final int EXPONENT = 312;
  static final int ESCAPE = 316;
  static final int MOST = 320;
  static final int LEAST = 324;
  static final int[] CONSTANT_VALUES = {1, 4, 7, 8, 24, 4095, 127 << 3, -128, 127, -127};

  /** The bits of eight bytes, twice: 1, 2, 4, … 128. */
  static final int BITS = 336;

  /** Eight numbers: all tails, and all levels that have one, or-ed as {@code x ^ x >> 31}. */
  static final int ALL_TAILS = 352;

  static final int ALL_LEVELS = 384;

  /** States, 64 bits each. */
  static final int STATES = 416;

  /** One byte per channel. */
  static final int LOW_BYTES = 480;

  /** One number of 32 bits per channel. */
  static final int CONTEXTS = 576;

  static final int SYMBOLS = CONTEXTS + 4 * CHANNELS;
  static final int FLIPS = SYMBOLS + 4 * CHANNELS;
  static final int MEANS = FLIPS + 4 * CHANNELS;
  static final int LOGS = MEANS + 4 * CHANNELS;

  /** The address of each context's table. */
  static final int TABLES = LOGS + 4 * CHANNELS;

  static final int BYTES = TABLES + 8 * 64;

  /** Lower bytes of an input's tails, then the upper ones. */
  static final int LISTED_BYTES = 2 * CHANNELS;

  /**
   * A segment: the inputs, 0 after the last one; the shift with which means follow the levels; and the new {@link
   * #LOG_COUNT} and {@link #LOG_PERIOD}. 64 bits each.
   */
  static final int SEGMENT_BYTES = 32;

  static final int SEGMENT_INPUTS = 0;
  static final int SEGMENT_SHIFT = 8;
  static final int SEGMENT_LOG_COUNT = 16;
  static final int SEGMENT_LOG_PERIOD = 24;

  private LevelFrame() {}
}
