package org.ptilmpq.cli.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.ptilmpq.cli.Json;
import org.ptilmpq.format.ChannelGroup;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.Section;
import org.ptilmpq.format.Weights;

/**
 * Where a file's bytes and bits go.
 *
 * @param layers the operations with weights, in execution order
 * @param fileBytes everything
 * @param metadataBytes graph, scales, biases, labels and texts
 * @param codeBytes the codes of all weights
 */
record ModelSummary(List<Layer> layers, long fileBytes, long metadataBytes, long codeBytes) {

  private static final int WIDTHS = 9;
  private static final int LONGEST_BAR = 50;

  ModelSummary {
    layers = List.copyOf(layers);
  }

  /**
   * A layer with weights.
   *
   * @param name in the network
   * @param inputs weights of one output channel
   * @param channelsByWidth output channels of each width, index 0…8
   * @param codeBytes its codes
   */
  record Layer(String name, int inputs, List<Long> channelsByWidth, long codeBytes) {

    static Layer of(Operation.Convolution convolution) {
      Weights weights = convolution.weights();
      Long[] channels = new Long[WIDTHS];
      Arrays.fill(channels, 0L);
      for (ChannelGroup group : weights.groups()) {
        channels[group.width()] += group.channels();
      }
      return new Layer(convolution.name(), weights.inputs(), List.of(channels), weights.codes().byteSize());
    }

    long weights() {
      return inputs * channelsByWidth.stream().mapToLong(Long::longValue).sum();
    }

    double bitsPerWeight() {
      long channels = channelsByWidth.stream().mapToLong(Long::longValue).sum();
      long bits = LongStream.range(0, WIDTHS).map(width -> width * channelsByWidth.get((int) width)).sum();
      return channels == 0 ? 0 : (double) bits / channels;
    }

    Json json() {
      return new Json()
          .put("name", name)
          .put("weights", weights())
          .put("bits_per_weight", bitsPerWeight())
          .put("channels_by_width", channelsByWidth)
          .put("code_bytes", codeBytes);
    }
  }

  static ModelSummary of(PqFile file) throws PqFormatException {
    List<Layer> layers = new ArrayList<>();
    for (Operation operation : file.model().operations()) {
      if (operation instanceof Operation.Convolution convolution) {
        layers.add(Layer.of(convolution));
      }
    }
    long codes = file.sections().stream().mapToLong(Section::length).sum();
    return new ModelSummary(layers, file.fileBytes(), file.metadataBytes(), codes);
  }

  long weights() {
    return layers.stream().mapToLong(Layer::weights).sum();
  }

  /** Mean bits of a weight's code; tables, scales and padding don't count. */
  double bitsPerWeight() {
    double bits = layers.stream().mapToDouble(layer -> layer.bitsPerWeight() * layer.weights()).sum();
    return weights() == 0 ? 0 : bits / weights();
  }

  /** Output channels of each width, index 0…8. */
  List<Long> channelsByWidth() {
    return byWidth(layer -> 1);
  }

  /** Weights of each width, index 0…8. */
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
    table.row(part("codes of the weights", codeBytes));
    table.row(part("graph, scales, biases, labels", metadataBytes));
    table.row(part("alignment", fileBytes - metadataBytes - codeBytes));
    return table.row(part("file", fileBytes));
  }

  private List<String> part(String name, long bytes) {
    return List.of(name, Long.toString(bytes), String.format(Locale.ROOT, "%.1f", 100.0 * bytes / fileBytes));
  }

  TextTable histogram() {
    TextTable table = new TextTable("bits", "channels", "weights", "%", "");
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
                "#".repeat((int) Math.round(LONGEST_BAR * share))));
      }
    }
    return table;
  }
}
