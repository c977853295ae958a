package org.ptilmpq.quantizer.matching;

import java.util.Arrays;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.reference.SampledPatches;
import org.ptilmpq.quantizer.secondorder.SecondMoments;

/**
 * Second moments of what a convolution's weights are multiplied with in the quantized network, from positions drawn in
 * every calibration picture.
 */
public final class InputSampler {

  /** Floats of the rows that are gathered before they are multiplied. */
  private static final int CHUNK = 1 << 23;

  /** Rows of a chunk at most: sums of so many products are exact enough in floats. */
  private static final int MOST_ROWS = 4096;

  /** Small windows need few samples: this many times as many as they have inputs, at least. */
  private static final int SAMPLES_PER_INPUT = 64;

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

  /** The moments of each group's inputs, in the order of {@link org.ptilmpq.quantizer.graph.Kernel#channelsLast}. */
  public SecondMoments[] sample(Node.Convolution conv) {
    int inputs = conv.kernel().weightsPerOutput();
    int groups = conv.groups();
    int enough = Math.ceilDiv(SAMPLES_PER_INPUT * inputs, prefix.pictures());
    SampledPatches patches = new SampledPatches(conv, groups > 1 ? Math.min(positions, enough) : positions);
    int elements = patches.rows() * inputs;
    int atOnce = Math.clamp(CHUNK / groups / elements, 1, Math.max(1, MOST_ROWS / patches.rows()));
    SecondMoments[] moments = new SecondMoments[groups];
    Arrays.setAll(moments, group -> new SecondMoments(inputs));
    float[][] rows = new float[groups][Math.min(atOnce, prefix.pictures()) * elements];
    for (int from = 0; from < prefix.pictures(); from += atOnce) {
      int first = from;
      int count = Math.min(atOnce, prefix.pictures() - from);
      work.run(
          count,
          index -> {
            float[] input = prefix.real(conv.input(), first + index);
            for (int group = 0; group < groups; group++) {
              patches.copy(input, group, seed + first + index, rows[group], index * elements);
            }
            return index;
          },
          (index, done) -> {});
      for (int group = 0; group < groups; group++) {
        moments[group].add(rows[group], count * patches.rows(), work);
      }
    }
    return moments;
  }
}
