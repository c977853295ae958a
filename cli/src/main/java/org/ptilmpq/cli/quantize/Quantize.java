package org.ptilmpq.cli.quantize;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.NamedFiles;
import org.ptilmpq.cli.PreprocessingOptions.Form;
import org.ptilmpq.cli.PreprocessingOptions;
import org.ptilmpq.cli.Program;
import org.ptilmpq.format.Storage;
import org.ptilmpq.quantizer.Quantizer;
import org.ptilmpq.quantizer.Variants;
import org.ptilmpq.quantizer.options.Method;
import org.ptilmpq.quantizer.options.QuantizationException;
import org.ptilmpq.quantizer.options.QuantizerOptions;
import org.ptilmpq.quantizer.report.QuantizationReport;
import org.ptilmpq.quantizer.report.QuantizationReport.AblationStep;
import org.ptilmpq.quantizer.report.QuantizationReport.CurvePoint;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The program of {@code ptilmpq-quantize.jar}, which makes a {@code .pq} file from an ONNX model unless a command is
 * named.
 */
@Command(
    name = "ptilmpq-quantize",
    description = "Quantize an ONNX image classifier, or compare it with its quantized form.",
    subcommands = Compare.class)
public final class Quantize extends Program implements Callable<Integer> {

  private static final String[] EXAMPLES = {
    "  The best file of 7 MB, for a ResNet as torchvision feeds it:",
    "    ptilmpq-quantize resnet50.onnx --calibration pictures/ \\",
    "      --preprocess torchvision --size 7MB -o resnet50.pq",
    "  The smallest file that loses half a point at most, and all decisions:",
    "    ptilmpq-quantize resnet50.onnx --calibration pictures/ \\",
    "      --preprocess torchvision --max-drop 0.5 --report report/ -o resnet50.pq",
    "  The paper's method: 60 %% of what is important at 4 bits, the rest at 2;",
    "  and the curve over alpha:",
    "    ptilmpq-quantize resnet50.onnx --calibration pictures/ \\",
    "      --preprocess torchvision --method ptilmpq --alpha 0.6 --bits 4,2 \\",
    "      --sweep 0.2,0.4,0.8,1 --report report/ -o resnet50.pq",
    "  8 bits without a single picture:",
    "    ptilmpq-quantize resnet50.onnx --data-free --preprocess torchvision \\",
    "      -o resnet50.pq",
  };

  @Parameters(index = "0", arity = "0..1", paramLabel = "MODEL.onnx", description = "The float network.")
  private Path model;

  @Option(names = {"-o", "--output"}, paramLabel = "MODEL.pq", description = "The file to write.")
  private Path output;

  @Option(
      names = "--storage",
      paramLabel = "packed|compressed",
      description = "compressed, what you get without this: the smallest file, decoded when it is opened. packed: used "
          + "straight from the disk. 'ptilmpq-run repack' makes one of the other without loss.")
  private Storage storage;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "Class names in index order, one per line; they go into the file.")
  private Path labels;

  @ArgGroup(validate = false, heading = "%nWhat decides the bits:%n")
  private MethodOptions method = new MethodOptions();

  @ArgGroup(validate = false, heading = "%nPictures and effort:%n")
  private WorkOptions work = new WorkOptions();

  @ArgGroup(validate = false, heading = "%nFrom picture to input (goes into the file):%n")
  private Input input = new Input();

  @ArgGroup(validate = false, heading = "%nReport:%n")
  private ReportOptions report = new ReportOptions();

  /** The options for how the network is fed. */
  static final class Input {

    @ArgGroup(validate = false)
    private PreprocessingOptions preprocessing = new PreprocessingOptions();

    @Option(
        names = "--crop",
        paramLabel = "PIXELS",
        description = "Side of the centre crop, for models whose input size is open; 0: the size the model says.")
    private Integer crop;
  }

  private Quantize() {}

  public static void main(String[] arguments) {
    System.exit(new Quantize().execute(arguments));
  }

  @Override
  protected String[] synopsis() {
    return new String[] {
      "ptilmpq-quantize MODEL.onnx --calibration DIR -o MODEL.pq [OPTIONS]",
      "       ptilmpq-quantize COMMAND ..."
    };
  }

  @Override
  protected String[] examples() {
    return EXAMPLES.clone();
  }

  @Override
  public Integer call() throws Exception {
    QuantizerOptions options = options();
    List<Method> sweep = report.sweep(options.method());
    report.check();
    try (Interruption interruption = new Interruption(output, System.err)) {
      try {
        QuantizationReport done = work(options, sweep);
        Optional<Path> page = report.write(done);
        System.out.print(Summary.of(output, done, page));
        return ExitCode.DONE;
      } catch (CancellationException | IOException e) {
        // An interrupt closes files, and the end of the process deletes temporary ones, while they are being written.
        if (interruption.isUnderWay()) {
          return ExitCode.INTERRUPTED;
        }
        throw e;
      }
    }
  }

  private QuantizationReport work(QuantizerOptions options, List<Method> sweep)
      throws IOException, QuantizationException {
    try (ConsoleProgress progress = new ConsoleProgress()) {
      Variants variants = new Variants(options, progress);
      QuantizationReport done;
      List<CurvePoint> curve = List.of();
      try (Quantizer model = new Quantizer(options, progress)) {
        done = model.make(options.method(), options.output());
        if (!sweep.isEmpty()) {
          curve = variants.sweep(model, sweep, done, report.kept());
        }
      }
      List<AblationStep> ablation = report.ablation() ? variants.ablate(done) : List.of();
      return done.with(curve, ablation);
    }
  }

  private QuantizerOptions options() throws CommandException {
    require(model, "a MODEL.onnx");
    require(output, "-o MODEL.pq");
    NamedFiles.output(output);
    try {
      QuantizerOptions.Builder options =
          QuantizerOptions.of(NamedFiles.file(model), output)
              .preprocessing(input.preprocessing.over(Form.RAW.preprocessing()))
              .crop(input.crop == null ? input.preprocessing.crop() : input.crop)
              .method(method.method());
      work.addTo(options);
      if (storage != null) {
        options.storage(storage);
      }
      if (labels != null) {
        options.labels(NamedFiles.file(labels));
      }
      return options.build();
    } catch (IllegalArgumentException e) {
      throw CommandException.wrongUse(e);
    }
  }

  private static void require(Path path, String what) throws CommandException {
    if (path == null) {
      throw CommandException.wrongUse(what + " is needed");
    }
  }
}
