package org.ptilmpq.quantizer.report;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.ptilmpq.format.ChannelGroup;
import org.ptilmpq.format.Grid;
import org.ptilmpq.format.LayerBits;
import org.ptilmpq.format.Storage;
import org.ptilmpq.format.Weights;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.report.LayerReport.ChannelBits;
import org.ptilmpq.quantizer.report.LayerReport.LayerFigures;
import org.ptilmpq.quantizer.report.LayerReport.LayerSize;

/** Measures a layer whose weights are quantized: its bits, channel by channel, its bytes, its steps. */
public final class MeasuredLayer {

  private final Node.Convolution conv;
  private final String kind;
  private final Weights weights;
  private final short[][] codes;
  private final double[] diskBits;
  private final int[] widths;
  private double steps;
  private int stepped;

  private MeasuredLayer(Node.Convolution conv, String kind, Weights weights) {
    this.conv = conv;
    this.kind = kind;
    this.weights = weights;
    this.codes = weights.unpackedCodes();
    this.diskBits = new double[weights.channels()];
    this.widths = new int[weights.channels()];
  }

  /**
   * Returns the report of a layer.
   *
   * @param conv the float layer
   * @param kind {@link org.ptilmpq.format.Operation#kind} of the layer in the file
   * @param weights the quantized one, its codes in packed form
   * @param storage the form of the file. In a packed one a weight's bits on disk are its channel's width and its share
   *     of the layer's tails, in a compressed one the entropy of its channel's codes, −Σ p log₂ p
   * @param diskBytes what the layer takes in the file
   */
  public static LayerReport of(
      Node.Convolution conv, String kind, Weights weights, Storage storage, long diskBytes, LayerFigures figures) {
    return new MeasuredLayer(conv, kind, weights).report(storage, diskBytes, figures);
  }

  /** Bytes of a layer in packed form: codes, tails, a scale and a bias per channel, and the order if there is one. */
  public static long packedBytes(Weights weights) {
    long floats = (long) Float.BYTES * (weights.scales().length + weights.biases().length);
    return weights.codes().byteSize() + weights.tails().byteSize() + floats + weights.orderBytes();
  }

  /** Bits of a layer's levels at the entropy of each channel. */
  public static double entropyBits(Weights weights) {
    double bits = 0;
    for (short[] channel : weights.unpackedCodes()) {
      bits += channel.length * entropy(channel);
    }
    return bits;
  }

  private LayerReport report(Storage storage, long diskBytes, LayerFigures figures) {
    int position = 0;
    for (ChannelGroup group : weights.groups()) {
      for (int i = 0; i < group.channels(); i++) {
        channel(position + i, group, storage);
      }
      position += group.channels();
    }
    long count = (long) weights.channels() * weights.inputs();
    double mean = Arrays.stream(diskBits).average().orElse(0);
    return new LayerReport(
        conv.name(),
        kind,
        conv.input().shape() + " → " + conv.output().shape(),
        count,
        conv.multiplyAccumulates(),
        figures,
        stepped == 0 ? OptionalDouble.empty() : OptionalDouble.of(steps / stepped),
        size(mean, diskBytes),
        ChannelBits.of(diskBits, widths));
  }

  private LayerSize size(double diskBits, long diskBytes) {
    LayerBits bits = LayerBits.of(weights);
    double tailShare = (double) LayerBits.tailed(weights) / bits.weights();
    return new LayerSize(diskBits, bits.perWeight(), tailShare, diskBytes, packedBytes(weights));
  }

  private void channel(int position, ChannelGroup group, Storage storage) {
    int channel = weights.outputChannel(position);
    boolean sparse = group.grid() instanceof Grid.SparseTails;
    widths[channel] = group.width();
    if (storage == Storage.COMPRESSED) {
      diskBits[channel] = entropy(codes[position]);
    } else {
      double shared = 8.0 * weights.tails().byteSize() / ((double) weights.channels() * weights.inputs());
      diskBits[channel] = group.width() + (sparse ? shared : 0);
    }
    double sigma = sigma(channel);
    if (group.width() > 0 && sigma > 0) {
      int spacing = group.grid() instanceof Grid.HalfStep ? 2 : 1;
      steps += spacing * weights.scales()[position] / sigma;
      stepped++;
    }
  }

  /** Mean bits of a symbol when symbols are drawn as often as they occur here: −Σ p log₂ p. */
  private static double entropy(short[] symbols) {
    Map<Short, Integer> counts = new HashMap<>();
    for (short symbol : symbols) {
      counts.merge(symbol, 1, Integer::sum);
    }
    int[] sorted = counts.values().stream().mapToInt(Integer::intValue).sorted().toArray();
    double bits = 0;
    for (int count : sorted) {
      double share = (double) count / symbols.length;
      bits -= share * Math.log(share) / Math.log(2);
    }
    return bits == 0 ? 0 : bits;
  }

  private double sigma(int channel) {
    Kernel kernel = conv.kernel();
    int count = kernel.weightsPerOutput();
    double sum = 0;
    double squares = 0;
    for (int i = channel * count; i < (channel + 1) * count; i++) {
      sum += kernel.values()[i];
      squares += (double) kernel.values()[i] * kernel.values()[i];
    }
    double mean = sum / count;
    return Math.sqrt(Math.max(0, squares / count - mean * mean));
  }
}
