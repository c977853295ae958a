package org.ptilmpq.format.entropy;

import java.util.Arrays;

/**
 * Predicts the size and sign of the next levels of a layer. Levels are coded in blocks of up to 64 channels, input by
 * input; before the levels at an input, {@link #prepare} considers what has been coded:
 *
 * <ul>
 *   <li>the running mean magnitude of the channel,
 *   <li>that of the input, over blocks before this one,
 *   <li>in kernels of more than one tap, the levels of the same channel and input channel at the taps to the left,
 *       above, above left and above right. Trained kernels are smooth, so that these also tell the sign.
 * </ul>
 *
 * All of it is integer arithmetic, the same on every machine; docs/format.md gives it step by step. Magnitudes are in
 * units of 1/256 level, logarithms in units of 1/8 octave. Opening a file spends its time here and in
 * {@link RansDecoder}: the loops are short, over arrays of {@code int} alone and with one store each, since the
 * compiler turns such loops into vector instructions.
 */
public final class LevelContexts {

  /** Channels of a block. */
  public static final int BLOCK = 64;

  /** Levels further from zero count as this when they predict others. */
  static final int MOST = 127;

  /** Difference from the logarithm of a magnitude in units of 1/256 level to that in units of 1/16. */
  private static final int TO_SIXTEENTHS = 32;

  /** Number of inputs after each of which the logarithms of the channels' means are updated; later that is rarer. */
  private static final int OFTEN = 16;

  private static final int SELDOM = 4;

  /** Where a kernel has no tap. */
  private static final int[] NONE = new int[BLOCK];

  private static final int LOGS = 1 << 12;

  /** {@link #log} of eight times the index, at 0 that of 8: a look-up is faster than the arithmetic. */
  private static final byte[] LOG_OF_EIGHT = new byte[LOGS];

  static {
    for (int i = 0; i < LOGS; i++) {
      LOG_OF_EIGHT[i] = (byte) log(8 * Math.max(1, i));
    }
  }

  /** Classes of {@link #lean}. */
  static final int LEANS = 8;

  private final int inputs;
  private final int inputChannels;
  private final int kernelWidth;
  private final int logMean;
  private final int mean;

  /** Mean magnitude at each input, in the blocks before. */
  private final int[] inputMeans;

  /** Levels of this block, cut to ±127, [input][channel]; empty where no input tells about another. */
  private final int[][] history;

  /** Logarithm of the mean magnitude, without the input's share. */
  final int[] scales = new int[BLOCK];

  /** Logarithm of the magnitude of the prediction, in units of 1/16 level. */
  final int[] predictions = new int[BLOCK];

  /** −1 where the prediction is negative, else 0. */
  final int[] flips = new int[BLOCK];

  /** Logarithm of each channel's mean magnitude, as of some inputs ago, less that of the layer. */
  private final int[] channelLogs = new int[BLOCK];

  private final int[] channelMeans = new int[BLOCK];
  private int channels;
  private boolean anyTap;

  /**
   * @param inputs weights of one output channel
   * @param inputChannels that one output channel sees
   * @param kernelWidth taps of a row of the kernel
   * @param maxChannels the largest number of channels of a block: no more are kept, since a file of one channel and a
   *     million inputs is small, and would take 64 times as much memory
   * @param logMean {@link #log} of the layer's mean magnitude, 0…255
   */
  public LevelContexts(int inputs, int inputChannels, int kernelWidth, int maxChannels, int logMean) {
    this.inputs = inputs;
    this.inputChannels = inputChannels;
    this.kernelWidth = kernelWidth;
    this.logMean = logMean;
    this.mean = mean(logMean);
    this.inputMeans = new int[inputs];
    Arrays.fill(inputMeans, mean);
    this.history = new int[inputs > inputChannels ? inputs : 0][maxChannels];
  }

  /** 8 · log2 of a positive number, rounded down, with straight lines between powers of two. */
  static int log(int x) {
    int zeros = Integer.numberOfLeadingZeros(x);
    return 8 * (Integer.SIZE - 1 - zeros) + (x << zeros >>> Integer.SIZE - 4 & 7);
  }

  /** The approximate mean magnitude for a layer's logarithm, at least 1. */
  public static int mean(int log) {
    return (int) ((long) (8 + (log & 7)) << Math.min(log >> 3, 20) >> 3);
  }

  /** Returns the {@code logMean} of a layer of this many levels, whose magnitudes add up to {@code magnitudes}. */
  public static int logMean(long magnitudes, long levels) {
    return log((int) (256 * magnitudes / levels) + 1);
  }

  /** Begins a block of this many channels. */
  public void startBlock(int blockChannels) {
    channels = blockChannels;
    Arrays.fill(channelMeans, mean);
    Arrays.fill(channelLogs, log(mean + 4) - logMean);
  }

  /** Mean magnitude that the levels at an input will have, before any of them is known. */
  int inputMean(int input) {
    return inputMeans[input];
  }

  /** Prepares {@link #scales}, {@link #predictions} and {@link #flips} for the levels at an input. */
  public void prepare(int input) {
    int tap = input / inputChannels;
    boolean left = tap % kernelWidth != 0;
    boolean above = tap >= kernelWidth;
    anyTap = left || above;
    if (!anyTap) {
      for (int j = 0; j < channels; j++) {
        scales[j] = channelLogs[j];
        predictions[j] = 0;
        flips[j] = 0;
      }
      return;
    }
    boolean aboveRight = above && tap % kernelWidth != kernelWidth - 1;
    int up = input - kernelWidth * inputChannels;
    int[] rightCorner = aboveRight ? history[up + inputChannels] : NONE;
    if (left && above) {
      weigh(history[input - inputChannels], history[up], history[up - inputChannels], rightCorner, 96, 96, 32);
    } else if (left) {
      weigh(history[input - inputChannels], NONE, NONE, NONE, 256, 0, 0);
    } else {
      weigh(NONE, history[up], NONE, rightCorner, 0, 192, 64);
    }
  }

  /** @param leftWeight and the others: shares, in units of 1/256, of the magnitudes of left, above and both corners */
  private void weigh(
      int[] left,
      int[] above,
      int[] aboveLeft,
      int[] aboveRight,
      int leftWeight,
      int aboveWeight,
      int cornerWeight) {
    int[] expected = scales;
    int[] channelMeans = this.channelMeans;
    for (int j = 0; j < channels; j++) {
      int corners = Math.abs(aboveLeft[j]) + Math.abs(aboveRight[j]);
      int magnitude = leftWeight * Math.abs(left[j]) + aboveWeight * Math.abs(above[j]) + cornerWeight * corners;
      expected[j] = Math.min(magnitude + (channelMeans[j] >> 1) + 8 >> 3, LOGS - 1);
    }
    int[] predictions = this.predictions;
    for (int j = 0; j < channels; j++) {
      predictions[j] = 4 * (left[j] + above[j]) - 2 * aboveLeft[j] + aboveRight[j];
    }
    int[] flips = this.flips;
    for (int j = 0; j < channels; j++) {
      flips[j] = predictions[j] >> Integer.SIZE - 1;
    }
    for (int j = 0; j < channels; j++) {
      predictions[j] = Math.abs(predictions[j]) << 1 | 1;
    }
    byte[] logs = LOG_OF_EIGHT;
    for (int j = 0; j < channels; j++) {
      predictions[j] = logs[predictions[j]] - logs[1];
    }
    int[] channelLogs = this.channelLogs;
    for (int j = 0; j < channels; j++) {
      scales[j] = channelLogs[j] + logs[expected[j]];
    }
  }

  /**
   * Logarithm of the expected magnitude of a channel's level, in units of 1/16 level.
   *
   * @param logInputMean logarithm of the mean magnitude at this input, plus 4
   */
  int scale(int channel, int logInputMean) {
    return (scales[channel] + logInputMean >> (anyTap ? 1 : 0)) - TO_SIXTEENTHS;
  }

  /** The size of the prediction relative to the expected magnitude, 0…7. */
  int lean(int channel, int scale) {
    return Math.max(0, Math.min(LEANS - 1, predictions[channel] - scale + TO_SIXTEENTHS >> 3));
  }

  /**
   * The context of each level at an input, for tables: 8 · octave of the expected magnitude + lean.
   *
   * @param logInputMean logarithm of the mean magnitude at this input, plus 4
   * @param firstOctave octave that has the number 0, as have all below it
   * @param lastOctave number that the octaves from there on have
   */
  void classify(int logInputMean, int firstOctave, int lastOctave, int[] classes) {
    int[] scales = this.scales;
    int[] predictions = this.predictions;
    int shift = anyTap ? 1 : 0;
    for (int j = 0; j < channels; j++) {
      int scale = (scales[j] + logInputMean >> shift) - TO_SIXTEENTHS;
      int octave = Math.max(0, Math.min(lastOctave, (scale >> 3) - firstOctave));
      int lean = Math.max(0, Math.min(LEANS - 1, predictions[j] - scale + TO_SIXTEENTHS >> 3));
      classes[j] = octave * LEANS + lean;
    }
  }

  /** Learns from the levels at an input. */
  public void learn(int input, int[] levels) {
    int shift = input < 8 ? 3 : input < 24 ? 4 : input < 56 ? 5 : 6;
    int sum = 0;
    int[] channelMeans = this.channelMeans;
    for (int j = 0; j < channels; j++) {
      int magnitude = Math.abs(levels[j]) << 8;
      channelMeans[j] += magnitude - channelMeans[j] >> shift;
      sum += magnitude;
    }
    if (input < OFTEN || input % SELDOM == SELDOM - 1) {
      for (int j = 0; j < channels; j++) {
        channelLogs[j] = log(channelMeans[j] + 4) - logMean;
      }
    }
    inputMeans[input] = inputMeans[input] + sum / channels >> 1;
    if (inputs > inputChannels) {
      int[] row = history[input];
      for (int j = 0; j < channels; j++) {
        row[j] = Math.max(-MOST, Math.min(MOST, levels[j]));
      }
    }
  }
}
