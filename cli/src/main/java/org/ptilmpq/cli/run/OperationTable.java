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
      row.add(kind(operation, model));
      row.add(output.height() + "×" + output.width() + "×" + output.channels());
      if (operation instanceof Operation.Convolution convolution) {
        ModelSummary.Layer layer = ModelSummary.Layer.of(convolution);
        row.add(String.format(Locale.ROOT, "%.2f", layer.bits().perWeight()));
        row.add(widths(layer.channelsByWidth()));
        row.add(Long.toString(layer.codeBytes()));
      } else {
        row.addAll(List.of("", "", ""));
      }
      table.row(row);
    }
    return table;
  }

  /** The kind of an operation, with what else is particular about a convolution. */
  private static String kind(Operation operation, PqModel model) {
    String kind = operation.kind(model);
    if (!(operation instanceof Operation.Convolution convolution)) {
      return kind;
    }
    Operation.Window w = convolution.window();
    return kind
        + (w.strideY() == 1 && w.strideX() == 1 ? "" : " stride " + w.strideY() + "," + w.strideX())
        + (w.dilationY() == 1 && w.dilationX() == 1 ? "" : " dilation " + w.dilationY() + "," + w.dilationX())
        + (convolution.groups() == 1 ? "" : " groups " + convolution.groups())
        + (convolution.residual() < 0 ? "" : " + residual");
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
