package org.ptilmpq.quantizer.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.ptilmpq.quantizer.drawing.Markup;
import org.ptilmpq.quantizer.drawing.Picture;
import org.ptilmpq.quantizer.report.LayerReport.LayerFigures;
import org.ptilmpq.quantizer.report.QuantizationReport.AccuracyFacts;
import org.ptilmpq.quantizer.report.QuantizationReport.FileFacts;
import org.ptilmpq.quantizer.report.QuantizationReport.ModelFacts;

/**
 * A report as one self-contained HTML page: no network, no fonts, and no script except to sort a table. It is also
 * well-formed XML. Equal reports give equal pages.
 */
public final class HtmlReport {

  private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

  private static final double PARTS_WIDTH = 960;
  private static final double PARTS_HEIGHT = 34;

  /** Number of styles for the pieces of a file; they repeat after that. */
  private static final int PARTS_STYLES = 7;

  private final Markup out = new Markup("<!DOCTYPE html>\n");
  private final QuantizationReport report;

  private HtmlReport(QuantizationReport report) {
    this.report = report;
  }

  /** The page, to be stored in UTF-8. */
  public static String of(QuantizationReport report) {
    return new HtmlReport(report).page();
  }

  private String page() {
    out.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en").line().open("head").line();
    out.leaf("meta", "", "charset", "utf-8").line();
    out.leaf("meta", "", "http-equiv", "Content-Security-Policy", "content", POLICY).line();
    out.leaf("meta", "", "name", "viewport", "content", "width=device-width, initial-scale=1").line();
    out.leaf("title", report.model().name() + ", quantized").line();
    out.verbatim("style", resource("report.css")).close().line().open("body").line();
    head();
    cards();
    bytes();
    layers();
    if (!report.curve().isEmpty()) {
      section("Accuracy and size", "The same model at other sizes.");
      VariantPlots.writeCurve(out, report.curve());
    }
    if (!report.ablation().isEmpty()) {
      section(
          "What each step contributes",
          "Each row has the steps of the rows above it too. KL: of the output from the float network's, in nats.");
      VariantPlots.writeAblation(out, report.ablation());
    }
    settings();
    out.verbatim("script", resource("report.js")).close().line().close().line();
    return out.toString();
  }

  private void head() {
    ModelFacts model = report.model();
    out.leaf("h1", model.name() + ", quantized").line();
    String classes = NumberText.count(model.classes()) + " classes";
    out.leaf(
        "p",
        model.source() + " → " + report.file().name() + " · target: " + report.target() + " · input " + model.input()
            + " · " + classes + " · activations of " + model.activationBits() + " bits",
        "class", "faint");
    out.line();
  }

  private void cards() {
    FileFacts file = report.file();
    out.open("dl", "class", "cards").line();
    card("file, " + file.storage(), NumberText.size(file.bytes()), NumberText.count(file.bytes()) + " bytes");
    if (file.otherBytes().isPresent()) {
      long other = file.otherBytes().getAsLong();
      card("as " + file.otherStorage(), NumberText.size(other), NumberText.count(other) + " bytes");
    }
    card("codes alone", NumberText.size(file.codesAlone()), "nothing but the weights' codes");
    card("bits per weight on disk", NumberText.fixed(report.bitsPerWeight(), 3), "mean over the weights");
    card("bits in the kernel", NumberText.fixed(report.kernelBits(), 3), "mean over multiply-accumulates");
    report.accuracy().ifPresent(this::accuracy);
    card("weights", NumberText.count(report.weights()), NumberText.count(report.layers().size()) + " layers");
    card("multiply-accumulates", NumberText.count(report.macs()), "a picture");
    card("bit operations", NumberText.significant(report.bitOperations()), "a picture");
    card("time", NumberText.time(report.time()), "");
    out.close().line();
  }

  private void accuracy(AccuracyFacts accuracy) {
    String source = NumberText.count(accuracy.pictures()) + " pictures: " + accuracy.source();
    card("agreement with float", NumberText.percent(accuracy.agreement()), source);
    String seen =
        report.seen().map(facts -> ", " + NumberText.significant(facts.kl()) + " on pictures learned from").orElse("");
    card("output KL", NumberText.significant(accuracy.kl()), "nats" + seen);
  }

  private void card(String term, String value, String more) {
    out.open("div").leaf("dt", term).leaf("dd", value);
    if (!more.isEmpty()) {
      out.leaf("dd", more, "class", "more");
    }
    out.close().line();
  }

  /** A bar with a piece per part of the file, and the figures below. */
  private void bytes() {
    section("Bytes of the file", "Everything in the file, " + report.file().storage() + ".");
    FileFacts file = report.file();
    List<FileFacts.Part> parts = new ArrayList<>(file.parts());
    if (file.unaccounted() != 0) {
      parts.add(new FileFacts.Part("not accounted for", file.unaccounted()));
    }
    double total = parts.stream().mapToDouble(part -> Math.max(0, part.bytes())).sum();
    Picture picture = new Picture(out, PARTS_WIDTH, PARTS_HEIGHT);
    picture.open("Bytes of the file by part");
    double x = 0;
    for (int i = 0; i < parts.size(); i++) {
      double width = total > 0 ? PARTS_WIDTH * Math.max(0, parts.get(i).bytes()) / total : 0;
      picture.bar(style(i), x, 0, width, PARTS_HEIGHT, words(parts.get(i), total));
      x += width;
    }
    picture.close();
    out.open("div", "class", "scroll").open("table").open("tbody").line();
    for (int i = 0; i < parts.size(); i++) {
      out.open("tr").open("td");
      Picture.swatch(out, style(i));
      out.text(" " + parts.get(i).name()).close();
      out.leaf("td", NumberText.count(parts.get(i).bytes()), "class", "number");
      out.leaf("td", NumberText.percent(parts.get(i).bytes() / total), "class", "number").close().line();
    }
    out.close().close().close().line();
  }

  private static String words(FileFacts.Part part, double total) {
    return part.name() + ": " + NumberText.count(part.bytes()) + " bytes, " + NumberText.percent(part.bytes() / total);
  }

  private static String style(int index) {
    return "colour" + index % PARTS_STYLES;
  }

  private void layers() {
    List<LayerReport> layers = report.layers();
    if (layers.isEmpty()) {
      section("Layers", "The network has no layer with weights.");
      return;
    }
    LayerPlot plot = new LayerPlot(out, layers);
    section("Bits of each layer", "Layers in the order they run; the table below has their names.");
    plot.bars(
        "Bits of each layer on disk and in the kernel",
        List.of(
            new LayerPlot.Series("bits on disk", "colour0", layer -> layer.size().diskBits()),
            new LayerPlot.Series("bits in the kernel", "colour4", layer -> layer.size().kernelBits())));
    section("Sensitivity and error of each layer", "Logarithmic; a hollow dot on the lower edge is zero.");
    dots(plot, "Sensitivity: output KL, in nats, with this layer alone quantized", "nats", "colour1",
        LayerFigures::sensitivity);
    dots(plot, "Importance in the allocation", "importance", "colour3", LayerFigures::importance);
    dots(plot, "Squared error of the layer's output from its own rounding over its variance", "error ÷ variance",
        "colour2", LayerFigures::relativeError);
    errors(plot);
    dots(plot, "Share of the predicted loss", "of the loss", "colour5", LayerFigures::lossShare);
    section(
        "Bits of each channel",
        "A strip a layer, on disk on the left and in the kernel on the right; a click shows the figures.");
    ChannelStrips.write(out, layers);
    section("Layers", "A press on a head sorts by it. Sensitivity in nats; error is squared.");
    LayerTable.write(out, layers);
  }

  private void dots(
      LayerPlot plot, String title, String unit, String style, Function<LayerFigures, OptionalDouble> figure) {
    if (report.layers().stream().anyMatch(layer -> figure.apply(layer.figures()).isPresent())) {
      out.leaf("h3", title).line();
      plot.dots(title, new LayerPlot.Series(unit, style, layer -> figure.apply(layer.figures()).orElse(Double.NaN)));
    }
  }

  /** Errors of outputs with all layers quantized, on pictures that the quantization learned from and on others. */
  private void errors(LayerPlot plot) {
    if (report.layers().stream().anyMatch(layer -> layer.figures().outputErrors().seen().isPresent())) {
      String title = "Squared error of the layer's output over its variance, all layers quantized";
      out.leaf("h3", title).line();
      plot.bars(
          title,
          List.of(
              new LayerPlot.Series(
                  "on pictures learned from",
                  "colour2",
                  layer -> layer.figures().outputErrors().seen().orElse(Double.NaN)),
              new LayerPlot.Series(
                  "on pictures kept apart",
                  "colour5",
                  layer -> layer.figures().outputErrors().unseen().orElse(Double.NaN))));
    }
  }

  private void settings() {
    section("Settings and time", "");
    out.open("div", "class", "side").line();
    table(
        report.settings().stream().map(setting -> List.of(setting.name(), setting.value())).toList(), "value");
    table(
        report.stages().stream().map(stage -> List.of(stage.name(), NumberText.time(stage.time()))).toList(), "number");
    out.close().line();
    if (!report.skipped().isEmpty()) {
      section("Skipped pictures", NumberText.count(report.skipped().size()) + " could not be read.");
      out.open("ul").line();
      report.skipped().forEach(picture -> out.leaf("li", picture).line());
      out.close().line();
    }
  }

  private void table(List<List<String>> rows, String style) {
    out.open("div", "class", "scroll").open("table").open("tbody").line();
    for (List<String> row : rows) {
      out.open("tr").leaf("td", row.getFirst()).leaf("td", row.getLast(), "class", style).close().line();
    }
    out.close().close().close().line();
  }

  private void section(String title, String words) {
    out.leaf("h2", title).line();
    if (!words.isEmpty()) {
      out.leaf("p", words, "class", "faint").line();
    }
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the program's own " + name + " can't be read", e);
    }
  }
}
