package org.ptilmpq.cli.quantize;

import java.nio.file.Path;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.NamedFiles;
import org.ptilmpq.quantizer.options.Effort;
import org.ptilmpq.quantizer.options.QuantizerOptions;
import picocli.CommandLine.Option;

/** The options for which pictures are used and how much work is done. */
final class WorkOptions {

  /** The values of {@code --preset}. */
  enum Preset {
    FAST(Effort.FAST),
    BALANCED(Effort.BALANCED),
    BEST(Effort.BEST);

    private final Effort effort;

    Preset(Effort effort) {
      this.effort = effort;
    }
  }

  @Option(
      names = "--calibration",
      paramLabel = "DIR",
      description = "Folder of JPEG and PNG pictures like those the network will see; no labels are needed.")
  private Path calibration;

  @Option(
      names = "--data-free",
      description = "No pictures at all: what the network's batch norms remember of its training stands in. Good down "
          + "to 5 bits or so.")
  private boolean dataFree;

  @Option(
      names = "--preset",
      paramLabel = "fast|balanced|best",
      description = "How much work: for ResNet-50 on two cores about a minute, some minutes (balanced, what you get "
          + "without this), or up to half an hour.")
  private Preset preset;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      description = "Calibration pictures to use at most, evenly spread over DIR; without it 64, 256 or 1000 by "
          + "preset.")
  private Integer pictures;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of everything random; the same seed gives the same file, whatever the number of threads (1).")
  private Long seed;

  @Option(names = "--threads", paramLabel = "N", description = "Threads to work with; without it, one per processor.")
  private Integer threads;

  /**
   * Puts what was given into the options.
   *
   * @throws CommandException when there is neither a folder of pictures nor {@code --data-free}, or both
   * @throws IllegalArgumentException when a number is out of its range
   */
  void addTo(QuantizerOptions.Builder options) throws CommandException {
    if (calibration == null && !dataFree) {
      throw CommandException.wrongUse("--calibration DIR is needed, or --data-free if there are no pictures");
    }
    if (calibration != null && dataFree) {
      throw CommandException.wrongUse("--calibration and --data-free contradict each other");
    }
    if (calibration != null) {
      options.calibration(NamedFiles.folder(calibration));
    }
    Effort effort = (preset == null ? Preset.BALANCED : preset).effort;
    options.effort(pictures == null ? effort : effort.withPictures(pictures));
    if (seed != null) {
      options.seed(seed);
    }
    if (threads != null) {
      options.threads(threads);
    }
  }
}
