package org.ptilmpq.cli.quantize;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.NamedFiles;
import org.ptilmpq.format.AtomicFile;
import org.ptilmpq.profiles.ByteSize;
import org.ptilmpq.quantizer.options.Method;
import org.ptilmpq.quantizer.options.Target;
import org.ptilmpq.quantizer.report.HtmlReport;
import org.ptilmpq.quantizer.report.QuantizationReport;
import picocli.CommandLine.Option;

/** The options for what is reported about the work, and what else is tried out for the report. */
final class ReportOptions {

  private static final String PAGE = "report.html";
  private static final String DATA = "report.json";

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Write every decision as DIR/report.html, to be looked at, and DIR/report.json.")
  private Path folder;

  @Option(
      names = "--ablation",
      description = "Also make the model with fewer steps of the method, and report what each step contributes.")
  private boolean ablation;

  @Option(
      names = "--sweep",
      split = ",",
      paramLabel = "VALUE",
      description = "Also make the model at these sizes (5MB,7MB,9MB), or with --alpha for these shares (0,0.5,1), and "
          + "report the curve of accuracy and size.")
  private List<String> sweep;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Keep the files that --sweep makes in DIR, each named by its length.")
  private Path kept;

  boolean ablation() {
    return ablation;
  }

  /** Returns the folder for the files of a sweep, if they are to be kept. */
  Optional<Path> kept() {
    return Optional.ofNullable(kept);
  }

  /**
   * Returns the methods to try out besides the requested one.
   *
   * @throws CommandException when a value is not a size or share
   */
  List<Method> sweep(Method method) throws CommandException {
    List<Method> methods = new ArrayList<>();
    for (String value : sweep == null ? List.<String>of() : sweep) {
      try {
        methods.add(at(method, value));
      } catch (IllegalArgumentException e) {
        throw CommandException.wrongUse("--sweep: " + e.getMessage(), e);
      }
    }
    return methods;
  }

  private static Method at(Method method, String value) {
    return switch (method) {
      case Method.Ptilmpq p -> new Method.Ptilmpq(alpha(value), p.high(), p.low(), p.channels());
      case Method.Best(Target.Share share) ->
          new Method.Best(new Target.Share(alpha(value), share.high(), share.low()));
      case Method.Best best -> new Method.Best(new Target.FileSize(ByteSize.parse(value)));
    };
  }

  private static double alpha(String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + value + "' is no share from 0 to 1", e);
    }
  }

  /**
   * Checks, before hours of work, that the report can be written.
   *
   * @throws CommandException when there can be no such folder, or something is requested that only a report shows
   */
  void check() throws CommandException {
    if (folder == null && (ablation || sweep != null)) {
      throw CommandException.wrongUse(
          (ablation ? "--ablation" : "--sweep") + " goes into a report: give --report DIR too");
    }
    if (kept != null && sweep == null) {
      throw CommandException.wrongUse("--keep keeps the files of a sweep: give --sweep too");
    }
    checkFolder("--report", folder);
    checkFolder("--keep", kept);
    if (folder != null) {
      NamedFiles.output(folder.resolve(PAGE));
      NamedFiles.output(folder.resolve(DATA));
    }
  }

  private static void checkFolder(String option, Path folder) throws CommandException {
    if (folder == null) {
      return;
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw CommandException.wrongUse(option + " " + folder + ": no folder can be made there", e);
    }
    if (!Files.isWritable(folder)) {
      throw CommandException.wrongUse(option + " " + folder + ": the folder can't be written to");
    }
  }

  /** Writes the report if one is wanted, and returns the path of its page. */
  Optional<Path> write(QuantizationReport report) throws IOException {
    if (folder == null) {
      return Optional.empty();
    }
    Path page = folder.resolve(PAGE);
    AtomicFile.write(page, HtmlReport.of(report).getBytes(StandardCharsets.UTF_8));
    AtomicFile.write(folder.resolve(DATA), (JsonReport.of(report) + "\n").getBytes(StandardCharsets.US_ASCII));
    return Optional.of(page);
  }
}
