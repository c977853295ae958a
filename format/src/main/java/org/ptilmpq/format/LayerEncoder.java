package org.ptilmpq.format;

import org.ptilmpq.format.entropy.AdaptiveLevels;
import org.ptilmpq.format.entropy.BinaryCoder;
import org.ptilmpq.format.entropy.LevelContexts;
import org.ptilmpq.format.entropy.RansEncoder;

/** Encodes the levels of one layer. */
final class LayerEncoder {

  private final LayerShape shape;
  private final Weights weights;
  private final short[][] levels;
  private final int logMean;

  LayerEncoder(LayerShape shape, Weights weights) {
    this.shape = shape;
    this.weights = weights;
    this.levels = shape.levels() == 0 ? new short[0][] : weights.unpackedCodes();
    long magnitudes = 0;
    for (short[] channel : levels) {
      for (short level : channel) {
        magnitudes += Math.abs(level);
      }
    }
    this.logMean = shape.levels() == 0 ? 0 : LevelContexts.logMean(magnitudes, shape.levels());
  }

  /** Encodes the levels with fixed tables. */
  RansEncoder.Coded withTables() {
    RansEncoder encoder = new RansEncoder(shape.contexts(logMean), logMean);
    int[] row = new int[BitPacking.BLOCK];
    for (LayerShape.Block block : shape.blocks()) {
      encoder.startBlock(block.channels());
      for (int input = 0; input < shape.inputs(); input++) {
        fill(row, block, input);
        encoder.row(input, block.channels(), row);
      }
    }
    return encoder.finish();
  }

  /** Encodes the levels by probabilities that adapt. */
  void adaptively(BinaryCoder coder, AdaptiveLevels model) {
    LevelContexts contexts = shape.contexts(logMean);
    int[] row = new int[BitPacking.BLOCK];
    for (LayerShape.Block block : shape.blocks()) {
      contexts.startBlock(block.channels());
      for (int input = 0; input < shape.inputs(); input++) {
        fill(row, block, input);
        contexts.prepare(input);
        model.row(coder, contexts, input, block.channels(), row);
        contexts.learn(input, row);
      }
    }
  }

  private void fill(int[] row, LayerShape.Block block, int input) {
    for (int j = 0; j < block.channels(); j++) {
      row[j] = levels[block.first() + j][input];
    }
  }

  /** @param coded with tables, or null */
  LayerHead head(LevelCoding coding, RansEncoder.Coded coded) {
    return new LayerHead(
        weights.tails().byteSize(),
        weights.channelOrder(),
        weights.scales(),
        weights.biases(),
        coding,
        logMean,
        coded == null ? null : coded.tables(),
        coded == null ? 0 : coded.words(),
        coded == null ? 0 : coded.escapes());
  }
}
