package org.ptilmpq.format;

import org.ptilmpq.format.entropy.BinaryCoder;
import org.ptilmpq.format.entropy.LevelTables;
import org.ptilmpq.format.entropy.Numbers;

/**
 * A layer's entry in the head of a compressed file.
 *
 * @param tailBytes length that the tails will have
 * @param order empty for the identity
 * @param scales by packed position
 * @param biases by packed position
 * @param coding of the levels
 * @param logMean logarithm of their mean magnitude; 0 without levels
 * @param tables null if the levels are coded without tables
 * @param words of the layer's stream
 * @param escapes of the layer's stream
 */
record LayerHead(
    long tailBytes,
    int[] order,
    float[] scales,
    float[] biases,
    Coding coding,
    int logMean,
    LevelTables tables,
    int words,
    int escapes) {

  /** How the levels of a layer are coded; the file stores the ordinal. */
  enum Coding {
    /** Not at all: all channels have width 0. */
    NONE,
    /** In the stream of the channels' parameters, by probabilities that adapt: small layers. */
    ADAPTIVE,
    /** In a stream of the layer's own with fixed tables: large layers, which have to be decoded fast. */
    TABLES
  }

  /** Codes the layers' entries in the head of a compressed file, one after the other, in either direction. */
  static final class Coder {

    private static final int CODING_BITS = 2;
    private static final int LOG_MEAN_BITS = 8;

    private final BinaryCoder coder;
    private final ChannelCoder channels = new ChannelCoder();
    private final LevelTables.Model tables = new LevelTables.Model();

    Coder(BinaryCoder coder) {
      this.coder = coder;
    }

    /**
     * Codes the next layer.
     *
     * @param head of the layer for an encoder, null for a decoder
     * @return the head
     * @throws PqFormatException when a decoder finds what no encoder writes
     */
    LayerHead code(LayerShape shape, LayerHead head) throws PqFormatException {
      boolean encoding = head != null;
      int count = shape.channels();
      float[] scales = encoding ? head.scales().clone() : new float[count];
      float[] biases = encoding ? head.biases().clone() : new float[count];
      int[] order = channels.order(coder, shape.groups(), count, shape.parts(), encoding ? head.order() : new int[0]);
      channels.scales(coder, scales);
      channels.biases(coder, biases);
      if (shape.levels() == 0) {
        return new LayerHead(0, order, scales, biases, Coding.NONE, 0, null, 0, 0);
      }
      long tailBytes = 0;
      if (TailPacking.hasTails(shape.groups())) {
        tailBytes = 8L * Numbers.plain(coder, encoding ? (int) (head.tailBytes() / 8) : 0);
      }
      int coding = coder.bits(encoding ? head.coding().ordinal() : 0, CODING_BITS);
      int logMean = coder.bits(encoding ? head.logMean() : 0, LOG_MEAN_BITS);
      if (coding == Coding.ADAPTIVE.ordinal()) {
        return new LayerHead(tailBytes, order, scales, biases, Coding.ADAPTIVE, logMean, null, 0, 0);
      }
      if (coding != Coding.TABLES.ordinal()) {
        throw new PqFormatException("levels are coded in way " + coding + "; a newer version may have written it");
      }
      int words = Numbers.plain(coder, encoding ? head.words() : 0);
      int escapes = Numbers.plain(coder, encoding ? head.escapes() : 0);
      LevelTables levelTables = tables.code(coder, encoding ? head.tables() : null);
      if (levelTables == null) {
        throw new PqFormatException("tables that no encoder makes");
      }
      return new LayerHead(
          tailBytes, order, scales, biases, Coding.TABLES, logMean, levelTables, words, escapes);
    }
  }
}
