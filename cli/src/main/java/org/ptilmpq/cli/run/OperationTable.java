package org.ptilmpq.cli.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Tensor;

/** A human-readable table of a model's operations, one per line, in execution order. */
final class OperationTable {

  private OperationTable() {}

  static TextTable of(PqModel model) {
    TextTable table = new TextTable("step", "name", "operation", "output", "bits", "channels by bits", "bytes");
    int step = 0;
    for (Operation operation : model.operations()) {
      Tensor output = model.tensors().get(operation.output());
      List<String> row = new ArrayList<>();
      row.add(Integer.toString(step++));
      row.add(operation.name());
      row.add(kind(operation));
      row.add(output.height() + "×" + output.width() + "×" + output.channels());
      if (operation instanceof Operation.Convolution convolution) {
        ModelSummary.Layer layer = ModelSummary.Layer.of(convolution);
        row.add(String.format(Locale.ROOT, "%.2f", layer.bitsPerWeight()));
        row.add(widths(layer.channelsByWidth()));
        row.add(Long.toString(layer.codeBytes()));
      } else {
        row.addAll(List.of("", "", ""));
      }
      table.row(row);
    }
    return table;
  }

  private static String kind(Operation operation) {
    return switch (operation) {
      case Operation.Convolution c ->
          "convolution %d×%d%s%s%s%s"
              .formatted(
                  c.kernelHeight(),
                  c.kernelWidth(),
                  c.strideY() == 1 && c.strideX() == 1 ? "" : " stride " + c.strideY() + "," + c.strideX(),
                  c.dilationY() == 1 && c.dilationX() == 1 ? "" : " dilation " + c.dilationY() + "," + c.dilationX(),
                  c.groups() == 1 ? "" : " groups " + c.groups(),
                  c.residual() < 0 ? "" : " + residual");
      case Operation.Addition a -> "addition";
      case Operation.MaxPooling p -> "max pooling %d×%d".formatted(p.kernelHeight(), p.kernelWidth());
      case Operation.AveragePooling p -> "average pooling %d×%d".formatted(p.kernelHeight(), p.kernelWidth());
      case Operation.Slice s -> "slice";
      case Operation.Padding p -> "padding";
      case Operation.Rescale r -> "rescale";
    };
  }

  private static String widths(List<Long> channelsByWidth) {
    List<String> parts = new ArrayList<>();
    for (int width = 0; width < channelsByWidth.size(); width++) {
      if (channelsByWidth.get(width) > 0) {
        parts.add(width + ":" + channelsByWidth.get(width));
      }
    }
    return String.join(" ", parts);
  }
}
