package org.ptilmpq.cli.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.Json;
import org.ptilmpq.cli.NamedFiles;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.format.Provenance;
import org.ptilmpq.format.Storage;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.profiles.ByteSize;
import org.ptilmpq.runtime.MemoryPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect}: shows what is in a model file. */
@Command(name = "inspect", description = "Show what is in a model file: sizes, bit widths, layers, memory plan.")
final class Inspect implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL.pq", description = "The file to look into.")
  private Path model;

  @Option(names = "--layers", description = "Each operation, with its shapes and bit widths.")
  private boolean layers;

  @Option(names = "--memory-plan", description = "Draw where each activation lies in the arena, step by step.")
  private boolean memoryPlan;

  @Option(
      names = "--kernels",
      description = "What computes each layer on this machine, and how many bytes of machine code that is.")
  private boolean kernels;

  @Option(
      names = "--dump-code",
      paramLabel = "FILE",
      description =
          "Write the machine code for this machine, to be read by a disassembler; with --kernels, where each layer's"
              + " is.")
  private Path dump;

  @Option(names = "--json", description = "One JSON object instead of text.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (dump != null) {
      NamedFiles.output(dump);
    }
    try (PqFile file = NamedFiles.model(model)) {
      PqModel network = NamedFiles.decoded(file, model);
      ModelSummary summary = ModelSummary.of(file, network);
      MemoryPlan plan = MemoryPlan.of(network);
      KernelTable table = kernels || dump != null ? KernelTable.of(file) : null;
      if (dump != null) {
        table.writeCode(dump);
      }
      if (json) {
        System.out.println(json(network, summary, plan, table));
      } else {
        print(network, summary, plan, table);
      }
      return ExitCode.DONE;
    }
  }

  private void print(PqModel network, ModelSummary summary, MemoryPlan plan, KernelTable table) {
    Provenance provenance = network.provenance();
    line("model", network.name());
    line("input", shape(network.inputTensor()));
    line("output", network.outputTensor().channels() + " classes, " + network.labels().size() + " labels");
    line("preprocess", preprocessing(network.preprocessing()));
    line("source", provenance.source());
    line("  SHA-256", provenance.sourceSha256());
    line("made by", provenance.producer() + "; " + provenance.settings());
    line("calibration", provenance.calibration());
    line("operations", network.operations().size() + ", " + summary.layers().size() + " of them with weights");
    line("storage", storage(summary));
    line("weights", weights(summary));
    line("arena", ByteSize.format(plan.arenaBytes()));
    System.out.println();
    System.out.print(summary.sizes());
    System.out.println();
    System.out.print(summary.histogram());
    if (layers) {
      System.out.println();
      System.out.print(OperationTable.of(network));
    }
    if (memoryPlan) {
      System.out.println();
      System.out.println(residentWeights(summary));
      System.out.print(plan.explain());
    }
    if (kernels) {
      System.out.println();
      System.out.print(table);
    }
  }

  /** Returns, for example, "compressed, 5570123 bytes (packed 10850312)". */
  private static String storage(ModelSummary summary) {
    boolean packed = summary.storage() == Storage.PACKED;
    return "%s, %d bytes (%s %d)"
        .formatted(
            name(summary.storage()),
            summary.fileBytes(),
            name(packed ? Storage.COMPRESSED : Storage.PACKED),
            packed ? summary.compressedFileBytes() : summary.packedFileBytes());
  }

  private static String weights(ModelSummary summary) {
    return String.format(
        Locale.ROOT,
        "%d, %.3f bits each in the file, %.3f in the kernels; %.3f %% have tails",
        summary.weights(),
        summary.fileBitsPerWeight(),
        summary.bitsPerWeight(),
        100 * summary.tailShare());
  }

  private static String residentWeights(ModelSummary summary) {
    return switch (summary.storage()) {
      case PACKED ->
          String.format(Locale.ROOT, "weights %,d bytes, used where the file is mapped", summary.packedBytes());
      case COMPRESSED ->
          String.format(
              Locale.ROOT,
              "weights decoded to %,d bytes when the file is opened, beside its %,d",
              summary.packedBytes(),
              summary.fileBytes());
    };
  }

  private static void line(String name, String value) {
    if (!value.isBlank()) {
      System.out.printf("%-12s %s%n", name, value);
    }
  }

  /** Returns the name of a storage on the command line. */
  static String name(Storage storage) {
    return storage.name().toLowerCase(Locale.ROOT);
  }

  private static String shape(Tensor tensor) {
    return tensor.height() + "×" + tensor.width() + "×" + tensor.channels();
  }

  private static String preprocessing(Preprocessing preprocessing) {
    return (preprocessing.resize() == 0 ? "no resize" : "shorter side to " + preprocessing.resize())
        + ", centre crop, minus " + list(preprocessing.mean()) + ", divided by " + list(preprocessing.std());
  }

  private static String list(float[] values) {
    return boxed(values).stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static List<Float> boxed(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  private Json json(PqModel network, ModelSummary summary, MemoryPlan plan, KernelTable table) {
    Provenance provenance = network.provenance();
    Json preprocessing =
        new Json()
            .put("resize", network.preprocessing().resize())
            .put("mean", boxed(network.preprocessing().mean()))
            .put("std", boxed(network.preprocessing().std()));
    Json origin =
        new Json()
            .put("source", provenance.source())
            .put("source_sha256", provenance.sourceSha256())
            .put("producer", provenance.producer())
            .put("calibration", provenance.calibration())
            .put("settings", provenance.settings());
    Json result =
        new Json()
            .put("file", model.toString())
            .put("name", network.name())
            .put("input", List.of(
                network.inputTensor().height(), network.inputTensor().width(), network.inputTensor().channels()))
            .put("classes", network.outputTensor().channels())
            .put("labels", network.labels().size())
            .put("preprocessing", preprocessing)
            .put("provenance", origin)
            .put("operations", network.operations().size())
            .put("storage", name(summary.storage()))
            .put("file_bytes", summary.fileBytes())
            .put("packed_file_bytes", summary.packedFileBytes())
            .put("compressed_file_bytes", summary.compressedFileBytes())
            .put("metadata_bytes", summary.parts().graph() + summary.parts().channels())
            .put("code_bytes", summary.parts().levels())
            .put("channel_bytes", summary.parts().channels())
            .put("graph_bytes", summary.parts().graph())
            .put("frame_bytes", summary.parts().frame())
            .put("decoded_bytes", summary.storage() == Storage.PACKED ? 0 : summary.packedBytes())
            .put("weights", summary.weights())
            .put("bits_per_weight", summary.bitsPerWeight())
            .put("file_bits_per_weight", summary.fileBitsPerWeight())
            .put("tail_share", summary.tailShare())
            .put("channels_by_width", summary.channelsByWidth())
            .put("weights_by_width", summary.weightsByWidth())
            .put("arena_bytes", plan.arenaBytes());
    if (layers) {
      result.put("layers", summary.layers().stream().map(ModelSummary.Layer::json).toList());
    }
    if (kernels) {
      result.put("kernel_choice", table.choice());
      result.put("kernels", table.json());
    }
    if (memoryPlan) {
      result.put("memory_plan", plan.placements().stream().map(Inspect::placement).toList());
    }
    return result;
  }

  private static Json placement(MemoryPlan.Placement placement) {
    return new Json()
        .put("tensors", placement.tensors())
        .put("offset", placement.offset())
        .put("bytes", placement.bytes())
        .put("first_step", placement.firstStep())
        .put("last_step", placement.lastStep());
  }
}
