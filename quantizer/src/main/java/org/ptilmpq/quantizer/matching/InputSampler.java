package org.ptilmpq.quantizer.matching;

import java.util.Arrays;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.reference.SampledPatches;
import org.ptilmpq.quantizer.secondorder.InputDrift;
import org.ptilmpq.quantizer.secondorder.SecondMoments;
import org.ptilmpq.quantizer.secondorder.Shrinkage;

/**
 * Second moments of what a convolution's weights are multiplied with in the quantized network, from positions drawn in
 * every calibration picture that is learned from.
 */
public final class InputSampler {

  /** Floats of the rows that are gathered before they are multiplied. */
  private static final int CHUNK = 1 << 23;

  /** Rows of a chunk at most: sums of this many products are exact enough in floats. */
  private static final int MAX_ROWS = 4096;

  /** Small windows need few samples: this many times as many as they have inputs, at least. */
  private static final int SAMPLES_PER_INPUT = 64;

  /** Pictures that are compared with each other. */
  private static final int COMPARED = 64;

  private final QuantizedPrefix prefix;
  private final OrderedWork work;
  private final int positions;
  private final long seed;

  /**
   * @param positions of a picture at most
   * @param seed of the draw of positions
   */
  public InputSampler(QuantizedPrefix prefix, OrderedWork work, int positions, long seed) {
    this.prefix = prefix;
    this.work = work;
    this.positions = positions;
    this.seed = seed;
  }

  /**
   * Returns the moments of each group's inputs, in the order of
   * {@link org.ptilmpq.quantizer.graph.Kernel#channelsLast}; those of a single group without what the pictures are too
   * few to tell.
   *
   * @param channels approximate moments of each input channel
   * @param independent how many pictures have nothing to do with each other
   */
  public SecondMoments.Moments[] sample(Node.Convolution conv, ChannelMoments channels, int independent) {
    SecondMoments[] moments = new SecondMoments[conv.groups()];
    Arrays.setAll(moments, group -> new SecondMoments(conv.kernel().weightsPerOutput()));
    float[][] rows = new float[conv.groups()][];
    Shrinkage shrinkage = new Shrinkage(ChannelMoments.perWeight(conv, channels::mean)[0]);
    int every = Math.ceilDiv(pictures(), COMPARED);
    inChunks(conv, (first, count, patches) -> {
      copy(prefix, conv, patches, first, count, rows);
      for (int group = 0; group < rows.length; group++) {
        moments[group].add(rows[group], count * patches.rows(), work);
      }
      for (int picture = 0; picture < count && rows.length == 1; picture++) {
        if ((first - prefix.validation() + picture) % every == 0) {
          shrinkage.add(rows[0], picture * patches.rows(), patches.rows(), work);
        }
      }
    });
    SecondMoments.Moments[] finished =
        Arrays.stream(moments).map(SecondMoments::finish).toArray(SecondMoments.Moments[]::new);
    if (finished.length == 1) {
      Shrinkage.apply(finished[0], shrinkage.share(finished[0], Math.min(independent, pictures())));
    }
    return finished;
  }

  /** Number of pictures that are learned from. */
  private int pictures() {
    return prefix.pictures() - prefix.validation();
  }

  /**
   * Returns how the inputs of a convolution of one group drifted from those of the float network, at the same
   * positions.
   *
   * @param exact the float network, as far as the quantized one
   */
  public InputDrift drift(Node.Convolution conv, QuantizedPrefix exact) {
    InputDrift drift = new InputDrift(conv.kernel().weightsPerOutput());
    float[][] rows = new float[1][];
    float[][] original = new float[1][];
    inChunks(conv, (first, count, patches) -> {
      copy(prefix, conv, patches, first, count, rows);
      copy(exact, conv, patches, first, count, original);
      drift.add(original[0], rows[0], count * patches.rows(), work);
    });
    return drift;
  }

  /** Takes some pictures. */
  @FunctionalInterface
  private interface Chunk {
    void take(int first, int count, SampledPatches patches);
  }

  private void inChunks(Node.Convolution conv, Chunk chunk) {
    int inputs = conv.kernel().weightsPerOutput();
    int enough = Math.ceilDiv(SAMPLES_PER_INPUT * inputs, pictures());
    SampledPatches patches = new SampledPatches(conv, conv.groups() > 1 ? Math.min(positions, enough) : positions);
    int elements = patches.rows() * inputs;
    int atOnce = Math.clamp(CHUNK / conv.groups() / elements, 1, Math.max(1, MAX_ROWS / patches.rows()));
    for (int from = prefix.validation(); from < prefix.pictures(); from += atOnce) {
      chunk.take(from, Math.min(atOnce, prefix.pictures() - from), patches);
    }
  }

  /** Copies rows of some pictures, for each group. */
  private void copy(
      QuantizedPrefix from, Node.Convolution conv, SampledPatches patches, int first, int count, float[][] rows) {
    int elements = patches.rows() * patches.columns();
    for (int group = 0; group < rows.length; group++) {
      if (rows[group] == null || rows[group].length < count * elements) {
        rows[group] = new float[count * elements];
      }
    }
    work.run(
        count,
        index -> {
          float[] input = from.real(conv.input(), first + index);
          for (int group = 0; group < rows.length; group++) {
            patches.copy(input, group, seed + first + index, rows[group], index * elements);
          }
          return index;
        },
        (index, done) -> {});
  }
}
