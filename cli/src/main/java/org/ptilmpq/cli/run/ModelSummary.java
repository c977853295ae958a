package org.ptilmpq.cli.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.ptilmpq.cli.Json;
import org.ptilmpq.format.ChannelGroup;
import org.ptilmpq.format.LayerBits;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.format.Weights;

/**
 * Where a file's bytes and bits go.
 *
 * @param layers the operations with weights, in execution order
 * @param storage the file's form
 * @param fileBytes bytes of the whole file
 * @param parts what they go to
 * @param packedFileBytes bytes that the file has, or would have, in packed form
 * @param compressedFileBytes bytes that the file has, or would have, in compressed form
 */
record ModelSummary(
    List<Layer> layers,
    Storage storage,
    long fileBytes,
    PqFile.Parts parts,
    long packedFileBytes,
    long compressedFileBytes) {

  private static final int WIDTHS = 9;
  private static final int MAX_BAR = 50;

  ModelSummary {
    layers = List.copyOf(layers);
  }

  /**
   * A layer with weights, as kernels read it.
   *
   * @param name its name in the network
   * @param inputs weights per output channel
   * @param channelsByWidth output channels of each dense width, index 0…8
   * @param codeBytes its packed codes and tails
   * @param bits of its weights
   * @param tailed weights that have a sparse tail
   */
  record Layer(
      String name, int inputs, List<Long> channelsByWidth, long codeBytes, LayerBits bits, long tailed) {

    static Layer of(Operation.Convolution convolution) {
      Weights weights = convolution.weights();
      Long[] channels = new Long[WIDTHS];
      Arrays.fill(channels, 0L);
      for (ChannelGroup group : weights.groups()) {
        channels[group.width()] += group.channels();
      }
      long bytes = weights.codes().byteSize() + weights.tails().byteSize();
      return new Layer(
          convolution.name(),
          weights.inputs(),
          List.of(channels),
          bytes,
          LayerBits.of(weights),
          LayerBits.tailed(weights));
    }

    Json json() {
      return new Json()
          .put("name", name)
          .put("weights", bits.weights())
          .put("bits_per_weight", bits.perWeight())
          .put("channels_by_width", channelsByWidth)
          .put("tails", tailed)
          .put("code_bytes", codeBytes);
    }
  }

  /**
   * Summarizes a file.
   *
   * @param network the file's model with all its weights
   * @throws PqFormatException when it breaks a rule of the format
   */
  static ModelSummary of(PqFile file, PqModel network) throws PqFormatException {
    long packed = 0;
    long compressed = 0;
    switch (file.storage()) {
      case PACKED -> {
        packed = file.fileBytes();
        compressed = PqWriter.fileBytes(network, Storage.COMPRESSED);
      }
      case COMPRESSED -> {
        packed = PqWriter.fileBytes(network, Storage.PACKED);
        compressed = file.fileBytes();
      }
    }
    return new ModelSummary(
        layers(network), file.storage(), file.fileBytes(), file.parts(), packed, compressed);
  }

  private static List<Layer> layers(PqModel network) {
    return network.convolutions().stream().map(Layer::of).toList();
  }

  long weights() {
    return layers.stream().mapToLong(layer -> layer.bits().weights()).sum();
  }

  /** Returns the mean bits per weight that kernels read, including tails; scales and padding don't count. */
  double bitsPerWeight() {
    return perWeight(layers.stream().mapToLong(layer -> layer.bits().total()).sum());
  }

  /** Returns the mean bits per weight in the file: codes and tails; scales and tables don't count. */
  double fileBitsPerWeight() {
    return perWeight(Byte.SIZE * parts.levels());
  }

  /** Returns the share of the weights that have a tail. */
  double tailShare() {
    return perWeight(layers.stream().mapToLong(Layer::tailed).sum());
  }

  private double perWeight(long sum) {
    return weights() == 0 ? 0 : (double) sum / weights();
  }

  /** Returns the bytes of all weights in the form that kernels read. */
  long packedBytes() {
    return layers.stream().mapToLong(Layer::codeBytes).sum();
  }

  /** Returns the number of output channels of each dense width, index 0…8. */
  List<Long> channelsByWidth() {
    return byWidth(layer -> 1);
  }

  /** Returns the number of weights of each dense width, index 0…8. */
  List<Long> weightsByWidth() {
    return byWidth(Layer::inputs);
  }

  private List<Long> byWidth(ToLongFunction<Layer> each) {
    List<Long> sums = new ArrayList<>();
    for (int width = 0; width < WIDTHS; width++) {
      long sum = 0;
      for (Layer layer : layers) {
        sum += layer.channelsByWidth().get(width) * each.applyAsLong(layer);
      }
      sums.add(sum);
    }
    return sums;
  }

  TextTable sizes() {
    TextTable table = new TextTable("part", "bytes", "%");
    table.row(part("weights, tails included", parts.levels()));
    table.row(part("scales, biases, order, tables", parts.channels()));
    table.row(part("graph, labels, texts", parts.graph()));
    table.row(part("frame, alignment", parts.frame()));
    return table.row(part("file", fileBytes));
  }

  private List<String> part(String name, long bytes) {
    return List.of(name, Long.toString(bytes), String.format(Locale.ROOT, "%.1f", 100.0 * bytes / fileBytes));
  }

  TextTable histogram() {
    TextTable table = new TextTable("dense bits", "channels", "weights", "%", "");
    List<Long> channels = channelsByWidth();
    List<Long> weights = weightsByWidth();
    for (int width = 0; width < WIDTHS; width++) {
      if (channels.get(width) > 0) {
        double share = weights() == 0 ? 0 : (double) weights.get(width) / weights();
        table.row(
            List.of(
                Integer.toString(width),
                channels.get(width).toString(),
                weights.get(width).toString(),
                String.format(Locale.ROOT, "%.1f", 100 * share),
                "#".repeat((int) Math.round(MAX_BAR * share))));
      }
    }
    return table;
  }
}
