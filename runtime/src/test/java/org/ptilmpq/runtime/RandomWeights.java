package org.ptilmpq.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.ptilmpq.format.ChannelGroup;
import org.ptilmpq.format.Grid;
import org.ptilmpq.format.PackedCodes;
import org.ptilmpq.format.Weights;

/** Weights of every width and grid, scaled so that all channels have about the same effect. */
final class RandomWeights {

  /** Standard deviation of a real weight, before it varies by channel. */
  static final double DEVIATION = 0.05;

  /** One in this many weights may lie beyond the dense codes of its channel. */
  private static final int ONE_TAIL_IN = 50;

  private RandomWeights() {}

  /**
   * @param parts that packed positions are cut into and no group or permutation crosses
   * @param bias the largest magnitude of a bias
   */
  static Weights of(RandomGenerator random, int inputs, int channels, int parts, double bias) {
    List<ChannelGroup> groups = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      for (int left = channels / parts; left > 0; left -= groups.getLast().channels()) {
        // A layer of constant channels alone would hide all that comes before it.
        int leastWidth = left == channels / parts ? 1 : 0;
        groups.add(group(random, Math.min(left, 1 + random.nextInt(90)), leastWidth));
      }
    }
    short[][] codes = new short[channels][inputs];
    float[] scales = new float[channels];
    float[] biases = new float[channels];
    int position = 0;
    for (ChannelGroup group : groups) {
      for (int end = position + group.channels(); position < end; position++) {
        scales[position] = (float) (DEVIATION * random.nextDouble(0.5, 1.5) / fill(random, group, codes[position]));
        biases[position] = (float) random.nextDouble(-bias, bias);
      }
    }
    int[] order = random.nextBoolean() ? new int[0] : permutation(random, channels, channels / parts);
    PackedCodes packed = PackedCodes.pack(groups, inputs, codes);
    return new Weights(inputs, groups, order, scales, biases, packed.codes(), packed.tails());
  }

  private static ChannelGroup group(RandomGenerator random, int channels, int leastWidth) {
    int width = random.nextInt(leastWidth, 9);
    if (width == 0) {
      return new ChannelGroup(channels, 0, new Grid.Uniform());
    }
    Grid grid =
        switch (random.nextInt(4)) {
          case 0 -> new Grid.Uniform();
          case 1 -> new Grid.HalfStep();
          case 2 -> new Grid.SparseTails();
          default -> new Grid.TwoRegion(random.nextInt(1 << width - 1), 1 + random.nextInt(4));
        };
    return new ChannelGroup(channels, width, grid);
  }

  /** Fills the codes of a group, and returns the root mean square of the levels. */
  private static double fill(RandomGenerator random, ChannelGroup group, short[] codes) {
    if (group.width() == 0) {
      return 1;
    }
    double squares = 0;
    int least = -(1 << group.width() - 1);
    boolean tails = group.grid() instanceof Grid.SparseTails && random.nextInt(4) > 0;
    int farthest = -(1 << random.nextInt(group.width() - 1, Grid.SparseTails.LEVEL_BITS));
    for (int k = 0; k < codes.length; k++) {
      boolean tail = tails && random.nextInt(ONE_TAIL_IN) == 0;
      codes[k] = (short) (tail ? random.nextInt(farthest, -farthest) : random.nextInt(least, -least));
      double level = group.grid().level(codes[k]);
      squares += level * level;
    }
    return Math.max(0.5, Math.sqrt(squares / codes.length));
  }

  private static int[] permutation(RandomGenerator random, int channels, int part) {
    int[] order = new int[channels];
    for (int i = 0; i < channels; i++) {
      int from = i / part * part;
      int j = random.nextInt(from, i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
