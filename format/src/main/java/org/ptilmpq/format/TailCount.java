package org.ptilmpq.format;

/**
 * The size of a layer's sparse tails.
 *
 * @param weights whose tail is not zero
 * @param bits of their planes: for each listed input of a block, planes · channels, as kernels read them
 */
public record TailCount(long weights, long bits) {

  /** Counts the tails of a decoded layer. */
  public static TailCount of(Weights weights) {
    long tailed = 0;
    long bits = 0;
    long offset = 0;
    for (ChannelGroup group : weights.groups()) {
      for (int done = 0; done < group.channels() && TailPacking.hasTails(group); done += BitPacking.BLOCK) {
        int channels = Math.min(BitPacking.BLOCK, group.channels() - done);
        TailPacking.Block block = TailPacking.Block.at(weights.tails(), offset, channels);
        for (int i = 0; i < block.count(); i++) {
          long any = 0;
          for (int plane = 0; plane < block.planes(); plane++) {
            any |= block.word(i, plane);
          }
          tailed += Long.bitCount(any);
        }
        bits += (long) block.count() * block.planes() * channels;
        offset = block.end();
      }
    }
    return new TailCount(tailed, bits);
  }
}
