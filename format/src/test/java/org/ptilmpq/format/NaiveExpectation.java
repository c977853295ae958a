package org.ptilmpq.format;

import java.util.Arrays;

/** "What is expected" of docs/format.md, for {@link NaiveDecoder}: one level at a time, from all decoded so far. */
final class NaiveExpectation {

  /** Scale S, lean N, flip F of a level. */
  record Level(int scale, int lean, int flip) {}

  private final short[][] levels;
  private final int inputChannels;
  private final int kernelWidth;
  private final int logMean;
  private final int mean;
  private final int[] inputMeans;
  private final int[] channelMeans = new int[64];
  private final int[] channelLogs = new int[64];
  private int first;
  private int end;

  NaiveExpectation(short[][] levels, int inputs, int inputChannels, int kernelWidth, int logMean) {
    this.levels = levels;
    this.inputChannels = inputChannels;
    this.kernelWidth = kernelWidth;
    this.logMean = logMean;
    this.mean = (int) ((8 + logMean % 8) * (1L << Math.min(logMean / 8, 20)) / 8);
    this.inputMeans = new int[inputs];
    Arrays.fill(inputMeans, mean);
  }

  static int log(int x) {
    int power = 0;
    while (2L << power <= x) {
      power++;
    }
    return 8 * power + (int) (8L * x / (1L << power)) % 8;
  }

  void startBlock(int firstPosition, int endPosition) {
    first = firstPosition;
    end = endPosition;
    Arrays.fill(channelMeans, mean);
    Arrays.fill(channelLogs, log(mean + 4) - logMean);
  }

  int inputMean(int k) {
    return inputMeans[k];
  }

  Level of(int position, int k, int rowMean) {
    int j = position - first;
    int tap = k / inputChannels;
    boolean isLeft = tap % kernelWidth > 0;
    boolean isAbove = tap >= kernelWidth;
    int row = kernelWidth * inputChannels;
    if (!isLeft && !isAbove) {
      int scale = channelLogs[j] + log(rowMean + 4) - 32;
      return new Level(scale, Math.clamp(Math.floorDiv(32 - scale, 8), 0, 7), 1);
    }
    int left = isLeft ? cut(levels[position][k - inputChannels]) : 0;
    int above = isAbove ? cut(levels[position][k - row]) : 0;
    int aboveLeft = isLeft && isAbove ? cut(levels[position][k - row - inputChannels]) : 0;
    boolean isAboveRight = isAbove && tap % kernelWidth < kernelWidth - 1;
    int aboveRight = isAboveRight ? cut(levels[position][k - row + inputChannels]) : 0;
    int prediction = 4 * left + 4 * above - 2 * aboveLeft + aboveRight;
    int corners = Math.abs(aboveLeft) + Math.abs(aboveRight);
    int magnitude =
        isLeft && isAbove
            ? 96 * Math.abs(left) + 96 * Math.abs(above) + 32 * corners
            : isLeft ? 256 * Math.abs(left) : 192 * Math.abs(above) + 64 * corners;
    int eighths = Math.min((magnitude + channelMeans[j] / 2 + 8) / 8, 4095);
    int scale = Math.floorDiv(channelLogs[j] + log(8 * eighths) + log(rowMean + 4), 2) - 32;
    int lean = Math.clamp(Math.floorDiv(log(2 * Math.abs(prediction) + 1) - scale + 32, 8), 0, 7);
    return new Level(scale, lean, prediction < 0 ? -1 : 1);
  }

  private static int cut(int level) {
    return Math.clamp(level, -127, 127);
  }

  void learn(int k) {
    int sum = 0;
    int divisor = k < 8 ? 8 : k < 24 ? 16 : k < 56 ? 32 : 64;
    for (int position = first; position < end; position++) {
      int j = position - first;
      int magnitude = 256 * Math.abs(levels[position][k]);
      sum += magnitude;
      channelMeans[j] += Math.floorDiv(magnitude - channelMeans[j], divisor);
      if (k < 16 || k % 4 == 3) {
        channelLogs[j] = log(channelMeans[j] + 4) - logMean;
      }
    }
    inputMeans[k] = (inputMeans[k] + sum / (end - first)) / 2;
  }
}
