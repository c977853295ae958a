package org.ptilmpq.cli.quantize;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ptilmpq.cli.ByteSizeConverter;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.InputFiles;
import org.ptilmpq.cli.PreprocessingForm;
import org.ptilmpq.cli.PreprocessingOptions;
import org.ptilmpq.cli.Program;
import org.ptilmpq.quantizer.QuantizationResult;
import org.ptilmpq.format.Storage;
import org.ptilmpq.quantizer.Effort;
import org.ptilmpq.quantizer.Quantizer;
import org.ptilmpq.quantizer.QuantizerOptions;
import org.ptilmpq.quantizer.Target;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ptilmpq-quantize.jar}: without the name of a command it makes a {@code .pq} file of an ONNX model. */
@Command(
    name = "ptilmpq-quantize",
    description = "Quantize an ONNX image classifier, or compare it with its quantized form.",
    subcommands = Compare.class)
public final class Quantize extends Program implements Callable<Integer> {

  private static final int DEFAULT_BITS = 8;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "MODEL.onnx", description = "The float network.")
  private Path model;

  @Option(
      names = "--calibration",
      paramLabel = "DIR",
      description = "Folder of JPEG and PNG pictures like those the network will see; no labels are needed.")
  private Path calibration;

  @Option(names = {"-o", "--output"}, paramLabel = "MODEL.pq", description = "The file to write.")
  private Path output;

  @ArgGroup private Goal goal;

  @Mixin private PreprocessingOptions preprocessing;

  @Option(
      names = "--crop",
      paramLabel = "PIXELS",
      description = "Side of the centre crop, for models whose input size is open; 0: the size the model says.")
  private Integer crop;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "Class names in index order, one a line; they go into the file.")
  private Path labels;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      defaultValue = "256",
      description = "Calibration pictures to use at most, evenly spread over DIR (${DEFAULT-VALUE}).")
  private int pictures;

  @Option(names = "--threads", paramLabel = "N", description = "Threads to work with; without it one a processor.")
  private Integer threads;

  /** What decides the bits: one or the other. */
  static final class Goal {
    @Option(
        names = "--size",
        paramLabel = "SIZE",
        converter = ByteSizeConverter.class,
        description = "The most accurate file of at most this size, 7MB or 6.5MiB; channels get different widths.")
    private Long size;

    @Option(
        names = "--bits",
        paramLabel = "N",
        description = "The same width, 1 to 8, for every channel; " + DEFAULT_BITS + " without --size.")
    private Integer bits;

    Target target() {
      return size != null ? new Target.FileSize(size) : new Target.Width(bits);
    }
  }

  private Quantize() {}

  public static void main(String[] arguments) {
    System.exit(new Quantize().execute(arguments));
  }

  @Override
  protected String[] synopsis() {
    return new String[] {
      "ptilmpq-quantize MODEL.onnx --calibration DIR [--size SIZE | --bits N] -o MODEL.pq [OPTIONS]",
      "       ptilmpq-quantize COMMAND ..."
    };
  }

  @Override
  public Integer call() throws Exception {
    require(model, "a MODEL.onnx");
    require(calibration, "--calibration DIR");
    require(output, "-o MODEL.pq");
    QuantizerOptions options = options();
    QuantizationResult result;
    try (ConsoleProgress progress = new ConsoleProgress()) {
      result = Quantizer.quantize(options, progress);
    }
    print(result);
    return ExitCode.DONE;
  }

  private void require(Path path, String what) {
    if (path == null) {
      throw new ParameterException(spec.commandLine(), what + " is needed");
    }
  }

  private QuantizerOptions options() throws CommandException {
    try {
      QuantizerOptions.Builder options =
          QuantizerOptions.of(InputFiles.file(model), output)
              .calibration(InputFiles.folder(calibration))
              .preprocessing(preprocessing.over(PreprocessingForm.RAW.preprocessing()))
              .crop(crop == null ? preprocessing.crop() : crop)
              .target(goal == null ? new Target.Width(DEFAULT_BITS) : goal.target())
              .storage(Storage.PACKED)
              .effort(Effort.BALANCED.withPictures(pictures));
      if (labels != null) {
        options.labels(InputFiles.file(labels));
      }
      if (threads != null) {
        options.threads(threads);
      }
      return options.build();
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.WRONG_USE, e.getMessage(), e);
    }
  }

  private static void print(QuantizationResult result) {
    System.out.printf(
        Locale.ROOT,
        "%s  %d bytes  %.2f bits/weight  %d layers  %d pictures  %.1f s%n",
        result.file(),
        result.fileBytes(),
        result.bitsPerWeight(),
        result.layers().size(),
        result.pictures(),
        result.time().toMillis() / 1e3);
  }
}
