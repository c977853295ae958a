package org.ptilmpq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.testkit.JsonParser;
import org.ptilmpq.testkit.SharedData;

/** Real networks through both jars, from ONNX to classes. */
@Tag("shared-data")
class RealModelIT {

  private static final List<String> DEMO_PREPROCESSING =
      List.of("--resize", "32", "--mean", "125.307,122.961,113.8575", "--std", "62.985,62.0925,66.708");

  @TempDir static Path folder;

  private static Path demo;

  @BeforeAll
  static void quantizeTheDemoModel() throws Exception {
    demo = folder.resolve("demo.pq");
    List<Object> arguments = new ArrayList<>(List.of(SharedData.path("demo/resnet20-own.onnx"), "-o", demo));
    arguments.addAll(List.of("--calibration", SharedData.path("cifar10/calibration")));
    arguments.addAll(List.of("--labels", SharedData.path("cifar10/labels.txt")));
    arguments.addAll(DEMO_PREPROCESSING);
    Processes.Result result = Processes.quantize(arguments.toArray());
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).contains(Long.toString(Files.size(demo)) + " bytes");
  }

  @Test
  void classifiesPhotographs() throws Exception {
    Processes.Result result =
        Processes.run(demo, SharedData.path("demo/cat.png"), SharedData.path("demo/rocket.jpg"), "--top=1");
    assertThat(result.exit()).as("%s", result).isZero();
    List<String> lines = result.out().lines().toList();
    assertThat(lines.get(1)).endsWith("  3  cat");
    assertThat(lines.get(3)).endsWith("  8  ship");
  }

  @Test
  void theQuantizedModelAgreesWithTheFloatOne() throws Exception {
    Processes.Result result =
        Processes.quantize(
            "compare", SharedData.path("demo/resnet20-own.onnx"), demo,
            "--images", SharedData.path("cifar10/test"), "--labels", SharedData.path("cifar10/test.csv"), "--json");
    assertThat(result.exit()).as("%s", result).isZero();
    Map<String, Object> json = JsonParser.object(result.out());
    assertThat(json).containsEntry("images", 2000.0);
    assertThat((Double) json.get("agreement")).isGreaterThan(0.98);
    assertThat((Double) json.get("quantized_top1")).isGreaterThan((Double) json.get("float_top1") - 0.003);
  }

  @ParameterizedTest
  @CsvSource({
    "1, -Dptilmpq.kernels=scalar",
    "1, -Dptilmpq.kernels=vector -Dptilmpq.vector.bits=128",
    "2, -Dptilmpq.kernels=vector -Dptilmpq.vector.bits=256",
    "4, -Dptilmpq.kernels=vector -XX:MaxVectorSize=16",
    "4, -Dptilmpq.kernels=scalar"
  })
  void scoresAreEqualToTheBitHoweverTheyAreComputed(String threads, String javaOption) throws Exception {
    assertThat(scores(threads, javaOption)).isEqualTo(scores("1", ""));
  }

  @Test
  void resnet50AtEightBitsStaysWithinTheMemoryBar() throws Exception {
    Path model = folder.resolve("resnet50.pq");
    Processes.Result quantized =
        Processes.quantize(
            SharedData.path("models/resnet50-imagenet.onnx"), "-o", model, "--preprocess=caffe", "--pictures=32",
            "--storage=packed",
            "--calibration", SharedData.path("imagenet/calibration"),
            "--labels", SharedData.path("imagenet/labels.txt"));
    assertThat(quantized.exit()).as("%s", quantized).isZero();
    assertThat(Files.size(model)).isLessThanOrEqualTo(26_200_000);
    Processes.Result result = Processes.run("benchmark", model, "--threads=1", "--warmup=5", "--runs=5", "--json");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat((Double) JsonParser.object(result.out()).get("peak_rss_bytes")).isLessThan(160.0 * (1 << 20));
  }

  @Test
  void anInterruptedRunLeavesNothing() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Process process =
        new ProcessBuilder(
                Processes.java(), "-jar", Processes.jar("ptilmpq-quantize.jar").toString(),
                SharedData.path("models/resnet56-cifar10.onnx").toString(), "-o", empty.resolve("model.pq").toString(),
                "--calibration", SharedData.path("cifar10/calibration").toString(), "--mean", "123", "--std", "58")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var messages = process.errorReader()) {
      assertThat(messages.lines().anyMatch(line -> line.startsWith("calibrating"))).isTrue();
      process.destroy();
      assertThat(process.waitFor()).isNotZero();
    }
    try (Stream<Path> files = Files.list(empty)) {
      assertThat(files).isEmpty();
    }
  }

  private static Object scores(String threads, String javaOption) throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Processes.java(), "-jar", Processes.jar("ptilmpq-run.jar").toString(),
            demo.toString(), SharedData.path("demo/cat.png").toString(), "--json", "--top=10", "--threads", threads);
    Processes.Result result =
        Processes.start(command, Map.of("PTILMPQ_JAVA_OPTS", javaOption), Path.of("."), Path.of("/dev/null"));
    assertThat(result.exit()).as("%s", result).isZero();
    return JsonParser.object(result.out()).get("top");
  }
}
