package org.ptilmpq.cli.quantize;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.Json;
import org.ptilmpq.cli.NamedFiles;
import org.ptilmpq.quantizer.Comparison;
import org.ptilmpq.quantizer.ComparisonResult;
import org.ptilmpq.quantizer.ComparisonResult.Interval;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code compare}: runs a float network and its quantized form on the same pictures. */
@Command(name = "compare", description = "Compare a float network with its quantized form on the same pictures.")
final class Compare implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "MODEL.onnx", description = "The float network.")
  private Path onnx;

  @Parameters(index = "1", paramLabel = "MODEL.pq", description = "Its quantized form; both are fed as this file says.")
  private Path pq;

  @Option(names = "--images", required = true, paramLabel = "DIR", description = "Folder of JPEG and PNG pictures.")
  private Path images;

  @Option(
      names = "--labels",
      paramLabel = "CSV",
      description = "A header, then 'file,class' a line: only these pictures are used, and top-1 is measured.")
  private Path labels;

  @Option(names = "--threads", paramLabel = "N", description = "Threads to work with; without it, one per processor.")
  private Integer threads;

  @Option(names = "--json", description = "One JSON object instead of text.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (threads != null && threads < 1) {
      throw CommandException.wrongUse("--threads must be at least 1, not " + threads);
    }
    ComparisonResult result = compare();
    System.out.println(json ? json(result) : text(result));
    return result.unreadable() == 0 ? ExitCode.DONE : ExitCode.UNREADABLE_PICTURE;
  }

  private ComparisonResult compare() throws Exception {
    try (ConsoleProgress progress = new ConsoleProgress()) {
      return Comparison.compare(
          NamedFiles.file(onnx),
          NamedFiles.file(pq),
          NamedFiles.folder(images),
          labels == null ? Optional.empty() : Optional.of(NamedFiles.file(labels)),
          threads == null ? Runtime.getRuntime().availableProcessors() : threads,
          progress);
    }
  }

  private Json json(ComparisonResult result) {
    ComparisonResult.Intervals intervals = result.intervals();
    return new Json()
        .put("float_model", onnx.toString())
        .put("model", pq.toString())
        .put("images", result.pictures())
        .put("unreadable", result.unreadable())
        .put("float_top1", result.floatTop1())
        .put("quantized_top1", result.quantizedTop1())
        .put("quantized_top1_interval", list(intervals.quantizedTop1()))
        .put("drop_interval", list(intervals.drop()))
        .put("agreement", result.agreement())
        .put("agreement_interval", list(Optional.of(intervals.agreement())))
        .put("mean_kl", result.meanKl())
        .put("mean_kl_interval", list(Optional.of(intervals.meanKl())));
  }

  private static List<Double> list(Optional<Interval> interval) {
    return interval.map(i -> List.of(i.low(), i.high())).orElse(null);
  }

  /** Returns one line per figure, with the interval that holds it in 95 % of draws of such pictures. */
  private static String text(ComparisonResult result) {
    ComparisonResult.Intervals intervals = result.intervals();
    StringBuilder text = new StringBuilder();
    if (result.floatTop1().isPresent()) {
      double before = result.floatTop1().getAsDouble();
      double after = result.quantizedTop1().orElseThrow();
      text.append(String.format(Locale.ROOT, "float top-1      %.2f %%%n", 100 * before));
      text.append(percent("quantized top-1", after, intervals.quantizedTop1().orElseThrow()));
      text.append(percent("drop", before - after, intervals.drop().orElseThrow()));
    }
    text.append(percent("agreement", result.agreement(), intervals.agreement()));
    Interval kl = intervals.meanKl();
    text.append(
        String.format(Locale.ROOT, "mean KL          %.5f (%.5f to %.5f)%n", result.meanKl(), kl.low(), kl.high()));
    text.append(result.pictures()).append(" images; in brackets what 95 % of draws of such pictures give");
    return result.unreadable() == 0 ? text.toString() : text + "; " + result.unreadable() + " unreadable";
  }

  private static String percent(String name, double share, Interval interval) {
    return String.format(
        Locale.ROOT, "%-16s %.2f %% (%.2f to %.2f)%n", name, 100 * share, 100 * interval.low(), 100 * interval.high());
  }
}
