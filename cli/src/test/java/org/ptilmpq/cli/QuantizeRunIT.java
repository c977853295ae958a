package org.ptilmpq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.testkit.JsonParser;
import org.ptilmpq.testkit.Seeds;

/** {@code ptilmpq-quantize.jar} on a small network, from start to end and to an early end. */
class QuantizeRunIT {

  private static final long MAX_SECONDS = 120;
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;

  @TempDir static Path inputs;
  @TempDir Path folder;

  private static Path model;
  private static Path slowModel;
  private static Path pictures;
  private Path output;

  @BeforeAll
  static void makeModels() throws IOException {
    RandomGenerator random = Seeds.random("QuantizeRunIT", 5);
    model = SmallOnnx.write(inputs.resolve("small.onnx"), 8, random);
    slowModel = SmallOnnx.write(inputs.resolve("slow.onnx"), 512, random);
    pictures = SmallOnnx.pictures(inputs.resolve("pictures"), 60, random);
  }

  @BeforeEach
  void nameOutput() {
    output = folder.resolve("small.pq");
  }

  @Test
  void makesAFileAndSaysSo() throws Exception {
    Processes.Result result =
        Processes.quantize(model, "--calibration", pictures, "--bits", 4, "--storage", "packed", "-o", output);
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out().lines().toList().getFirst()).isEqualTo("file       " + output);
    assertThat(result.out()).contains("size       " + Files.size(output) + " bytes packed").contains("time ");
    assertThat(result.err()).contains("calibrating (60 steps)");
    Processes.Result verified = Processes.run("verify", output);
    assertThat(verified.exit()).as("%s", verified).isZero();
  }

  @Test
  void equalSeedsGiveEqualFilesWithAnyNumberOfThreads() throws Exception {
    Path other = folder.resolve("other.pq");
    for (Map.Entry<Path, Integer> run : Map.of(output, 1, other, 3).entrySet()) {
      Processes.Result result =
          Processes.quantize(
              model, "--calibration", pictures, "--size", "9kB", "--storage", "packed", "--seed", 7,
              "--threads", run.getValue(), "-o", run.getKey());
      assertThat(result.exit()).as("%s", result).isZero();
    }
    assertThat(output).hasSameBinaryContentAs(other);
  }

  @Test
  void writesAReportWithASweepAndAnAblation() throws Exception {
    Path report = folder.resolve("new/report");
    Files.writeString(pictures.resolve("broken.png"), "no picture");
    Processes.Result result;
    try {
      result =
          Processes.quantize(
              model, "--calibration", pictures, "--size", "9kB", "--storage", "packed", "--preset", "fast",
              "--report", report, "--sweep", "8kB,10B,12kB", "--ablation", "-o", output);
    } finally {
      Files.delete(pictures.resolve("broken.png"));
    }
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).contains("report     " + report.resolve("report.html"));
    assertThat(result.err()).contains("10 bytes is left out");
    assertThat(report.resolve("report.html")).content().startsWith("<!DOCTYPE html>").contains("Accuracy and size");
    Map<String, Object> json = JsonParser.object(Files.readString(report.resolve("report.json")));
    assertThat(json).containsEntry("source", "small.onnx");
    assertThat((List<?>) json.get("layers")).hasSize(3);
    assertThat((List<?>) json.get("curve")).hasSize(3);
    assertThat((List<?>) json.get("ablation")).hasSizeGreaterThan(1);
    assertThat((List<?>) json.get("skipped")).singleElement().asString().contains("broken.png");
  }

  @ParameterizedTest
  @CsvSource({SIGINT + ", 130, true", SIGTERM + ", 143, true", SIGKILL + ", 137, false"})
  void anEarlyEndLeavesTheOldFile(int signal, int exit, boolean said) throws Exception {
    Files.writeString(output, "old");
    Processes.Result result = endEarly(signal);
    assertThat(result.exit()).as("%s", result).isEqualTo(exit);
    assertThat(result.out()).isEmpty();
    assertThat(output).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(file -> file.toString().endsWith(".tmp"))).isEmpty();
    }
    if (said) {
      assertThat(result.err())
          .contains("ptilmpq: interrupted; " + output + " is as it was before")
          .doesNotContain("Exception");
    }
  }

  @Test
  void anEarlyEndWithoutAnOldFileLeavesNone() throws Exception {
    Processes.Result result = endEarly(SIGINT);
    assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(result.err()).contains("ptilmpq: interrupted; nothing was written");
    assertThat(output).doesNotExist();
  }

  /** Starts a long run and sends it a signal when it is at work. */
  private Processes.Result endEarly(int signal) throws Exception {
    Path out = folder.resolve("stdout");
    Path err = folder.resolve("stderr");
    // A shell's background jobs, and what they start, ignore SIGINT, which no virtual machine undoes.
    List<String> command =
        List.of(
            "env", "--default-signal=INT", Processes.java(), "-jar", Processes.jar("ptilmpq-quantize.jar").toString(),
            slowModel.toString(), "--calibration", pictures.toString(), "-o", output.toString());
    Process process =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MAX_SECONDS);
      while (!Files.readString(err).contains("calibrating")) {
        assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
        assertThat(System.nanoTime()).as(Files.readString(err)).isLessThan(end);
        Thread.sleep(20);
      }
      String kill = "kill -" + signal + " " + process.pid();
      assertThat(new ProcessBuilder("sh", "-c", kill).start().waitFor()).as(kill).isZero();
      assertThat(process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)).as(Files.readString(err)).isTrue();
      return new Processes.Result(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }
}
