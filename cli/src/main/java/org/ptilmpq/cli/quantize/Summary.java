package org.ptilmpq.cli.quantize;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.ptilmpq.cli.quantize.ConsoleProgress.ProgressText;
import org.ptilmpq.quantizer.report.QuantizationReport;
import org.ptilmpq.quantizer.report.QuantizationReport.AccuracyFacts;
import org.ptilmpq.quantizer.report.QuantizationReport.FileFacts;

/** The few lines on stdout that end a quantization. */
final class Summary {

  private final StringBuilder text = new StringBuilder();

  private Summary() {}

  /**
   * @param file that was written
   * @param page the report's, if there is one
   */
  static String of(Path file, QuantizationReport report, Optional<Path> page) {
    Summary summary = new Summary();
    FileFacts facts = report.file();
    summary.row("file", file.toString());
    summary.row("size", "%d bytes %s%s", facts.bytes(), facts.storage(), other(facts));
    summary.row(
        "weights", "%d, %.2f bits each on disk, %.2f in the kernel",
        report.weights(), report.bitsPerWeight(), report.kernelBits());
    report.accuracy().ifPresent(unseen -> summary.agreement("agreement", unseen));
    report.seen().ifPresent(seen -> summary.agreement("learned", seen));
    summary.row("time", ProgressText.time(report.time()));
    if (!report.skipped().isEmpty()) {
      summary.row("skipped", "%d unreadable", report.skipped().size());
    }
    page.ifPresent(path -> summary.row("report", path.toString()));
    return summary.text.toString();
  }

  private static String other(FileFacts facts) {
    OptionalLong bytes = facts.otherBytes();
    return bytes.isPresent() ? ", " + bytes.getAsLong() + " " + facts.otherStorage() : "";
  }

  private void agreement(String name, AccuracyFacts accuracy) {
    row(
        name, "%.2f %% with float, KL %.5f, on %d pictures (%s)",
        100 * accuracy.agreement(), accuracy.kl(), accuracy.pictures(), accuracy.source());
  }

  private void row(String name, String form, Object... values) {
    String value = values.length == 0 ? form : String.format(Locale.ROOT, form, values);
    text.append(String.format(Locale.ROOT, "%-10s %s%n", name, value));
  }
}
