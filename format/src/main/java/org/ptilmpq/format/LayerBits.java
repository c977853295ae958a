package org.ptilmpq.format;

/**
 * The bits of a layer's weights as kernels read them.
 *
 * @param weights how many there are, those of width 0 included
 * @param dense bits of their planes
 * @param tails bits of the planes of sparse tails: for each listed input of a block, planes · channels
 */
public record LayerBits(long weights, long dense, long tails) {

  /** The bits of a layer without weights. */
  public static final LayerBits NONE = new LayerBits(0, 0, 0);

  /** Counts the bits of a decoded layer. Reads no more of its weights than what each block of tails begins with. */
  public static LayerBits of(Weights weights) {
    long dense = 0;
    for (ChannelGroup group : weights.groups()) {
      dense += (long) weights.inputs() * group.width() * group.channels();
    }
    long tails = 0;
    for (TailPacking.Block block : TailPacking.blocks(weights)) {
      tails += (long) block.count() * block.planes() * block.channels();
    }
    return new LayerBits((long) weights.inputs() * weights.channels(), dense, tails);
  }

  /** Counts the weights of a decoded layer whose tail is not zero. */
  public static long tailed(Weights weights) {
    long tailed = 0;
    for (TailPacking.Block block : TailPacking.blocks(weights)) {
      for (int i = 0; i < block.count(); i++) {
        long any = 0;
        for (int plane = 0; plane < block.planes(); plane++) {
          any |= block.word(i, plane);
        }
        tailed += Long.bitCount(any);
      }
    }
    return tailed;
  }

  /** Bits of all weights together. */
  public long total() {
    return dense + tails;
  }

  /** Mean bits per weight; 0 without weights. */
  public double perWeight() {
    return weights == 0 ? 0 : (double) total() / weights;
  }
}
