package org.ptilmpq.quantizer.best;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.ptilmpq.format.Weights;
import org.ptilmpq.quantizer.best.BitAllocator.Slice;
import org.ptilmpq.quantizer.calibration.Calibration;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.emit.ScoreLayer;
import org.ptilmpq.quantizer.emit.WeightPacker;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.options.QuantizationException;
import org.ptilmpq.quantizer.options.Target;
import org.ptilmpq.quantizer.rounding.LayerMoments;
import org.ptilmpq.quantizer.rounding.LayerRounding;
import org.ptilmpq.quantizer.rounding.LevelRounder.Goal;
import org.ptilmpq.quantizer.rounding.QuantizedLayer;
import org.ptilmpq.quantizer.rounding.QuantizedLayer.ChannelCode;

/**
 * Gives every channel of every layer a width and a scale before the first layer is rounded, for codes of fixed widths.
 */
final class FixedWidths implements SequentialRounding.Plan {

  private static final int MAX_BITS = 8;

  /** Enough to hold an identity matrix without error. */
  private static final int IDENTITY_BITS = 2;

  /**
   * Inputs that never changed on the calibration pictures count as this share of the mean: their weights must not go
   * wild.
   */
  private static final double DAMPING = 0.01;

  private final List<Node.Convolution> layers;
  private final Calibration calibration;
  private final List<LayerRounding> roundings = new ArrayList<>();
  private final Map<Node.Convolution, int[]> widths = new HashMap<>();
  private final Map<Node.Convolution, QuantizedLayer> rounded = new HashMap<>();

  /** Searches the scales of all widths that the target may choose from. */
  FixedWidths(
      List<Node.Convolution> layers, Calibration calibration, Target target, OrderedWork work, Progress progress) {
    this.layers = layers;
    this.calibration = calibration;
    progress.stage("searching scales", layers.size());
    work.run(
        layers.size(),
        index -> round(layers.get(index), target),
        (index, rounding) -> {
          roundings.add(rounding);
          progress.step();
        });
  }

  private LayerRounding round(Node.Convolution conv, Target target) {
    int[] candidates =
        ScoreLayer.isAppended(conv)
            ? new int[] {IDENTITY_BITS}
            : switch (target) {
              case Target.Width width -> new int[] {width.bits()};
              default -> IntStream.rangeClosed(1, MAX_BITS).toArray();
            };
    return new LayerRounding(conv.kernel(), inputVariances(conv), candidates);
  }

  /** Returns the variance of what each weight is multiplied with, [group][weight]; the mean is left to the bias. */
  private float[][] inputVariances(Node.Convolution conv) {
    ChannelMoments inputs = calibration.inputs().get(conv.input());
    double damping = DAMPING * inputs.totalVariance() / inputs.channels();
    return ChannelMoments.perWeight(conv, channel -> damping > 0 ? inputs.variance(channel) + damping : 1);
  }

  /**
   * Gives every channel its width.
   *
   * @param fileLength of a file with these weights, whose codes themselves are ignored
   */
  void decide(Target target, ToLongFunction<Map<Node.Convolution, Weights>> fileLength) throws QuantizationException {
    switch (target) {
      case Target.Width width -> decideEqual(width.bits());
      case Target.FileSize size -> decideBySize(size.bytes(), fileLength);
      default -> throw new QuantizationException(target + " is for compressed storage");
    }
  }

  private void decideEqual(int bits) {
    for (int i = 0; i < layers.size(); i++) {
      LayerRounding rounding = roundings.get(i);
      int layerBits = ScoreLayer.isAppended(layers.get(i)) ? IDENTITY_BITS : bits;
      int[] equal =
          IntStream.range(0, rounding.channels()).map(c -> rounding.isZero(c) ? 0 : layerBits).toArray();
      widths.put(layers.get(i), equal);
    }
  }

  private void decideBySize(long bytes, ToLongFunction<Map<Node.Convolution, Weights>> fileLength)
      throws QuantizationException {
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Node.Convolution conv = layers.get(i);
      int least = ScoreLayer.isAppended(conv) ? IDENTITY_BITS : 0;
      int most = ScoreLayer.isAppended(conv) ? IDENTITY_BITS : MAX_BITS;
      slices.addAll(
          ChannelSlicer.slices(i, roundings.get(i), conv.outputParts(), least, most, importance(conv)));
    }
    int[] chosen =
        BitAllocator.fit(slices, bytes, sliceWidths -> fileLength.applyAsLong(outlines(slices, sliceWidths)));
    widths.putAll(byLayer(slices, chosen));
  }

  /**
   * Returns the cost of a squared error of a layer's output: its share of the variance that the sum with the residual
   * has, times the square root of the layer's number of weights. Shares alone would give large layers, which pay most
   * for a bit, so few bits that the whole loses: with the root ResNet-50 at 12.75 MB has a mean KL of 0.11 instead of
   * 0.19.
   */
  private double importance(Node.Convolution conv) {
    double variance = calibration.layers().get(conv).sums().totalVariance();
    return variance > 0 ? Math.sqrt(conv.kernel().values().length) / variance : 0;
  }

  private Map<Node.Convolution, int[]> byLayer(List<Slice> slices, int[] sliceWidths) {
    Map<Node.Convolution, int[]> byLayer = new HashMap<>();
    for (Node.Convolution conv : layers) {
      byLayer.put(conv, new int[conv.kernel().outputs()]);
    }
    for (int i = 0; i < sliceWidths.length; i++) {
      int[] layer = byLayer.get(layers.get(slices.get(i).layer()));
      for (int channel : slices.get(i).channels()) {
        layer[channel] = sliceWidths[i];
      }
    }
    return byLayer;
  }

  private Map<Node.Convolution, Weights> outlines(List<Slice> slices, int[] sliceWidths) {
    Map<Node.Convolution, int[]> byLayer = byLayer(slices, sliceWidths);
    Map<Node.Convolution, Weights> outlines = new HashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      LayerRounding rounding = roundings.get(i);
      int[] layer = byLayer.get(layers.get(i));
      outlines.put(layers.get(i), WeightPacker.outline(layers.get(i), codes(rounding, layer)));
    }
    return outlines;
  }

  @Override
  public Goal goal(Node.Convolution conv, LayerMoments moments) {
    LayerRounding rounding = roundings.get(layers.indexOf(conv));
    int[] layer = widths.get(conv);
    float[] scales = new float[layer.length];
    for (int channel = 0; channel < layer.length; channel++) {
      scales[channel] = layer[channel] == 0 ? 0 : rounding.scale(channel, layer[channel]);
    }
    return Goal.of(codes(rounding, layer), scales);
  }

  @Override
  public void done(Node.Convolution conv, QuantizedLayer layer) {
    rounded.put(conv, layer);
  }

  /** The layers as they will be written. */
  Map<Node.Convolution, QuantizedLayer> rounded() {
    return rounded;
  }

  private static List<ChannelCode> codes(LayerRounding rounding, int[] widths) {
    return IntStream.of(widths).mapToObj(width -> new ChannelCode(width, rounding.grid(width))).toList();
  }
}
