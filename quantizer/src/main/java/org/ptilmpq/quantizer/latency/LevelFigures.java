package org.ptilmpq.quantizer.latency;

import java.util.Arrays;
import org.ptilmpq.format.BitPacking;
import org.ptilmpq.format.ChannelGroup;
import org.ptilmpq.format.Grid;
import org.ptilmpq.format.Weights;
import org.ptilmpq.quantizer.rounding.DenseWidths;

/**
 * What the time of a layer depends on beside its shape, mean over the blocks of channels that kernels work through.
 *
 * @param planes bits of a weight that kernels read: the dense width, and for inputs with tails the tails' planes, and one
 * @param magnitude mean |level| of a block's largest channel, which says how long 16-bit sums may get
 */
record LevelFigures(double planes, double magnitude) {

  /** Of channels that are to be quantized, with these figures each; alike ones will share blocks. */
  static LevelFigures expected(double[] planes, double[] magnitudes) {
    double[] sorted = magnitudes.clone();
    Arrays.sort(sorted);
    double magnitude = 0;
    for (int last = sorted.length - 1; last >= 0; last -= BitPacking.BLOCK) {
      magnitude += sorted[last] * Math.min(BitPacking.BLOCK, last + 1);
    }
    return new LevelFigures(Arrays.stream(planes).average().orElse(0), magnitude / sorted.length);
  }

  /** Of a quantized layer; no number of planes for grids whose levels can't be looked up, being no sums of planes. */
  static LevelFigures of(Weights weights) {
    short[][] codes = weights.unpackedCodes();
    double planes = 0;
    double magnitude = 0;
    int first = 0;
    for (ChannelGroup group : weights.groups()) {
      for (int from = 0; from < group.channels(); from += BitPacking.BLOCK) {
        int channels = Math.min(BitPacking.BLOCK, group.channels() - from);
        short[][] block = Arrays.copyOfRange(codes, first + from, first + from + channels);
        if (group.width() > 0) {
          planes += channels * planes(block, group);
          magnitude += channels * magnitude(block, group.grid());
        }
      }
      first += group.channels();
    }
    return new LevelFigures(planes / codes.length, magnitude / codes.length);
  }

  private static double planes(short[][] block, ChannelGroup group) {
    return switch (group.grid()) {
      case Grid.Uniform uniform -> group.width();
      case Grid.SparseTails tails -> group.width() + tailPlanes(block, group.width());
      default -> Double.POSITIVE_INFINITY;
    };
  }

  /** Planes that tails add: all channels of a block pay for each input at which one of them has a tail. */
  private static double tailPlanes(short[][] block, int width) {
    int inputs = block[0].length;
    int planes = 0;
    int listed = 0;
    for (int k = 0; k < inputs; k++) {
      int most = 0;
      for (short[] channel : block) {
        int tail = Grid.SparseTails.tail(channel[k], width);
        most = Math.max(most, tail == 0 ? 0 : DenseWidths.planes(tail));
      }
      listed += most == 0 ? 0 : 1;
      planes = Math.max(planes, most);
    }
    return (double) listed * (planes + 1) / inputs;
  }

  private static double magnitude(short[][] block, Grid grid) {
    long largest = 0;
    for (short[] channel : block) {
      long sum = 0;
      for (short code : channel) {
        sum += Math.abs(grid.level(code));
      }
      largest = Math.max(largest, sum);
    }
    return (double) largest / block[0].length;
  }
}
