package org.ptilmpq.format.entropy;

import java.util.Arrays;

/**
 * What is to be expected of the next levels of a layer: how large, and of which sign. Levels are coded in blocks of up
 * to 64 channels, input by input; before the levels at an input, {@link #prepare} looks at what has been coded:
 *
 * <ul>
 *   <li>the running mean magnitude of the channel,
 *   <li>that of the input, over blocks before this one,
 *   <li>in kernels of more than one tap, the levels of the same channel and input channel at the taps to the left, above,
 *       above left and above right. Trained kernels are smooth, so that these tell the sign too.
 * </ul>
 *
 * All of it is integer arithmetic, the same on every machine; docs/format.md has it step by step. Magnitudes are in units
 * of 1/256 level, logarithms in units of 1/8 octave.
 */
public final class LevelContexts {

  /** Channels of a block. */
  public static final int BLOCK = 64;

  /** Levels further from zero count as this where they serve to predict others. */
  static final int MOST = 127;

  /** From the logarithm of a magnitude in units of 1/256 level to that in units of 1/16. */
  private static final int TO_SIXTEENTHS = 32;

  /** Lower than any logarithm: of a prediction of exactly zero. */
  private static final int NOTHING = -1 << 16;

  /** Classes of {@link #lean}. */
  static final int LEANS = 8;

  private final int inputs;
  private final int inputChannels;
  private final int kernelWidth;
  private final int logMean;
  private final int mean;

  /** Mean magnitude at each input, in the blocks before. */
  private final int[] inputMeans;

  /** Levels of this block, cut to ±127, [input][channel], and a row of zeros at the end. */
  private byte[] history = new byte[0];

  /** Logarithm of the mean magnitude, without the input's share. */
  final int[] scales = new int[BLOCK];

  /** Logarithm of the magnitude of the prediction, in units of 1/16 level. */
  final int[] predictions = new int[BLOCK];

  /** −1 where the prediction is negative, else 0. */
  final int[] flips = new int[BLOCK];

  private final int[] channelMeans = new int[BLOCK];
  private int channels;
  private boolean anyTap;

  /**
   * @param inputs weights of one output channel
   * @param inputChannels that one output channel sees
   * @param kernelWidth taps of a row of the kernel
   * @param logMean {@link #log} of the layer's mean magnitude, 0…255
   */
  public LevelContexts(int inputs, int inputChannels, int kernelWidth, int logMean) {
    this.inputs = inputs;
    this.inputChannels = inputChannels;
    this.kernelWidth = kernelWidth;
    this.logMean = logMean;
    this.mean = power(logMean);
    this.inputMeans = new int[inputs];
    Arrays.fill(inputMeans, mean);
  }

  /** 8 · log2 of a positive number, with straight lines between powers of two. */
  static int log(int x) {
    int exponent = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(x);
    return 8 * exponent + ((exponent >= 3 ? x >>> exponent - 3 : x << 3 - exponent) & 7);
  }

  /** About the number of such a logarithm, at least 1. */
  private static int power(int log) {
    return (int) ((long) (8 + (log & 7)) << Math.min(log >> 3, 20) >> 3);
  }

  /** What a layer of so many levels, whose magnitudes add up to this, has for {@code logMean}. */
  public static int logMean(long magnitudes, long levels) {
    return log((int) (256 * magnitudes / levels) + 1);
  }

  /** Begins a block of so many channels. */
  public void startBlock(int blockChannels) {
    channels = blockChannels;
    Arrays.fill(channelMeans, mean);
    if (inputs > inputChannels) {
      history = new byte[(inputs + 1) * channels];
    }
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
        scales[j] = log(channelMeans[j] + 4) - logMean;
        predictions[j] = NOTHING;
        flips[j] = 0;
      }
      return;
    }
    boolean aboveRight = above && tap % kernelWidth != kernelWidth - 1;
    int none = inputs * channels;
    int row = input * channels;
    int up = row - kernelWidth * inputChannels * channels;
    int step = inputChannels * channels;
    if (left && above) {
      near(row - step, up, up - step, aboveRight ? up + step : none, 96, 96);
    } else if (left) {
      near(row - step, none, none, none, 256, 0);
    } else {
      near(none, up, none, aboveRight ? up + step : none, 0, 192);
    }
  }

  private void near(int left, int above, int aboveLeft, int aboveRight, int leftWeight, int aboveWeight) {
    // Of 256 in all: what is left of it goes to the corners in equal parts.
    int cornerWeight = leftWeight == 0 ? 64 : 32;
    byte[] levels = history;
    for (int j = 0; j < channels; j++) {
      int l = levels[left + j];
      int a = levels[above + j];
      int al = levels[aboveLeft + j];
      int ar = levels[aboveRight + j];
      int prediction = 4 * l + 4 * a - 2 * al + ar;
      int magnitude =
          leftWeight * Math.abs(l) + aboveWeight * Math.abs(a) + cornerWeight * (Math.abs(al) + Math.abs(ar));
      int channelMean = channelMeans[j];
      scales[j] = log(channelMean + 4) + log(magnitude + (channelMean >> 1) + 4) - logMean;
      predictions[j] = prediction == 0 ? NOTHING : log(2 * Math.abs(prediction));
      flips[j] = prediction >> Integer.SIZE - 1;
    }
  }

  /**
   * Logarithm of the magnitude to be expected of a channel's level, in units of 1/16 level.
   *
   * @param logInputMean logarithm of the mean magnitude at this input, plus 4
   */
  int scale(int channel, int logInputMean) {
    return (scales[channel] + logInputMean >> (anyTap ? 1 : 0)) - TO_SIXTEENTHS;
  }

  /** How large the prediction is against the magnitude to be expected, 0…7. */
  int lean(int channel, int scale) {
    return Math.clamp(predictions[channel] - scale + TO_SIXTEENTHS >> 3, 0, LEANS - 1);
  }

  /** Learns from the levels at an input. */
  public void learn(int input, short[] levels) {
    int shift = input < 8 ? 3 : input < 24 ? 4 : input < 56 ? 5 : 6;
    int sum = 0;
    for (int j = 0; j < channels; j++) {
      int magnitude = Math.abs(levels[j]) << 8;
      channelMeans[j] += magnitude - channelMeans[j] >> shift;
      sum += magnitude;
    }
    inputMeans[input] = inputMeans[input] + sum / channels >> 1;
    if (inputs > inputChannels) {
      int row = input * channels;
      for (int j = 0; j < channels; j++) {
        history[row + j] = (byte) Math.max(-MOST, Math.min(MOST, levels[j]));
      }
    }
  }
}
