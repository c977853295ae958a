package org.ptilmpq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.testkit.JsonParser;

/** The contract of {@code ptilmpq-run.jar}: output, exit status, and what goes to which stream. */
class RunJarIT {

  @TempDir static Path folder;

  private static Path model;
  private static Path red;
  private static Path green;
  private static Path broken;

  @BeforeAll
  static void files() throws IOException {
    model = ColourModel.write(folder.resolve("colours.pq"));
    red = ColourModel.picture(folder.resolve("red.png"), new Color(250, 10, 20));
    green = ColourModel.picture(folder.resolve("green.png"), new Color(0, 255, 0));
    broken = Files.write(folder.resolve("broken.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 1, 2, 3});
  }

  @Test
  void classifiesAPicture() throws Exception {
    Processes.Result result = Processes.run(model, red);
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out().lines())
        .containsExactly("1.0000  0  red", "0.0000  2  blue \"azure\"", "0.0000  1  green");
  }

  @Test
  void namesThePicturesWhereThereAreSeveral() throws Exception {
    Processes.Result result = Processes.run(model, red, green, "--top", "1");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out().lines()).containsExactly(red + ":", "1.0000  0  red", green + ":", "1.0000  1  green");
  }

  /** Plain calls do without picocli, "--top=2" doesn't: both print the same. */
  @Test
  void bothWaysInPrintTheSame() throws Exception {
    Processes.Result plain = Processes.run(model, red, broken, green, "--top", "2", "--time");
    Processes.Result other = Processes.run(model, red, broken, green, "--top=2", "--time");
    assertThat(plain.exit()).as("%s", plain).isEqualTo(ExitCode.UNREADABLE_PICTURE).isEqualTo(other.exit());
    assertThat(plain.out()).isNotEmpty().isEqualTo(other.out());
    for (Processes.Result result : List.of(plain, other)) {
      assertThat(result.err().lines())
          .hasSize(3)
          .anyMatch(line -> line.contains("broken.png"))
          .anyMatch(line -> line.matches("memory +peak of the process \\d.* MiB, planned \\d.* MiB"))
          .anyMatch(line -> line.matches("time +virtual machine \\d+ ms, classes \\d+, opening .*; all \\d+"));
    }
    Path missing = folder.resolve("missing.pq");
    assertThat(Processes.run(missing, red).err()).isEqualTo(Processes.run(missing, red, "--top=5").err());
  }

  @Test
  void takesAPictureFromStandardInput() throws Exception {
    List<String> command =
        List.of(
            Processes.java(), "-jar", Processes.jar("ptilmpq-run.jar").toString(),
            model.toString(), "-", "--top=1");
    Processes.Result result = Processes.start(command, Map.of(), folder, green);
    assertThat(result.out()).as("%s", result).isEqualTo("1.0000  1  green" + System.lineSeparator());
    Processes.Result endless = Processes.start(command, Map.of(), folder, Path.of("/dev/zero"));
    assertThat(endless.exit()).as("%s", endless).isEqualTo(ExitCode.UNREADABLE_PICTURE);
    assertThat(endless.err()).contains("standard input: more than ").contains("without a JPEG picture");
  }

  @Test
  void jsonHasAnObjectALineWithScoresToTheBit() throws Exception {
    Processes.Result result = Processes.run(model, red, green, "--json");
    assertThat(result.exit()).as("%s", result).isZero();
    List<String> lines = result.out().lines().toList();
    assertThat(lines).hasSize(2);
    Map<String, Object> first = JsonParser.object(lines.getFirst());
    assertThat(first).containsEntry("file", red.toString()).containsKeys("ms", "top");
    List<?> top = (List<?>) first.get("top");
    assertThat(top).hasSize(3);
    Map<?, ?> likeliest = (Map<?, ?>) top.getFirst();
    assertThat(likeliest.get("label")).isEqualTo("red");
    assertThat(((Double) likeliest.get("score")).floatValue()).isBetween(24.9f, 25.1f);
  }

  @Test
  void anUnreadablePictureIsToldOfAndTheRestDone() throws Exception {
    Processes.Result result = Processes.run(model, broken, folder.resolve("none.jpg"), red, "--top", "1");
    assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.UNREADABLE_PICTURE);
    assertThat(result.out().lines()).containsExactly(red + ":", "1.0000  0  red");
    assertThat(result.err()).contains("broken.png").contains("none.jpg: no such file").doesNotContain("\tat ");
  }

  @Test
  void preprocessingCanBeReplaced() throws Exception {
    Processes.Result result = Processes.run(model, red, "--mean", "250,0,0", "--top", "1");
    assertThat(result.out()).as("%s", result).contains("blue");
    assertThat(Processes.run(model, red, "--resize", "2").exit()).isEqualTo(ExitCode.WRONG_USE);
  }

  @Test
  void evaluatesAccuracy() throws Exception {
    Path labels = Files.writeString(folder.resolve("labels.csv"), "file,class\nred.png,0\ngreen.png,2\n");
    Processes.Result result = Processes.run("evaluate", model, "--images", folder, "--labels", labels, "--json");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(JsonParser.object(result.out()))
        .containsEntry("images", 2.0)
        .containsEntry("unreadable", 0.0)
        .containsEntry("top1", 0.5)
        .containsEntry("top5", 1.0)
        .containsKeys("images_per_second", "seconds", "model");
    Path wrong = Files.writeString(folder.resolve("wrong.csv"), "file,class\nred.png,3\n");
    Processes.Result refused = Processes.run("evaluate", model, "--images", folder, "--labels", wrong);
    assertThat(refused.exit()).isEqualTo(ExitCode.WRONG_USE);
    assertThat(refused.err()).contains("wrong.csv, line 2");
  }

  @Test
  void benchmarkReportsLatencyAndMemory() throws Exception {
    Processes.Result result =
        Processes.run("benchmark", model, "--threads=1", "--warmup=2", "--runs=5", "--layers", "--json");
    assertThat(result.exit()).as("%s", result).isZero();
    Map<String, Object> json = JsonParser.object(result.out());
    assertThat(json)
        .containsKeys("open_ms", "first_ms", "arena_bytes", "weights_bytes", "kernels", "machine", "layers")
        .containsEntry("decoded_bytes", 0.0)
        .containsEntry("threads", 1.0)
        .containsEntry("runs", 5.0);
    assertThat(((Map<?, ?>) json.get("latency_ms")).keySet().toString()).isEqualTo("[median, p90, min, max]");
    assertThat((Double) json.get("allocated_bytes")).isNotNegative();
    assertThat((Double) json.get("peak_rss_bytes")).isBetween(20e6, 500e6);
  }

  @Test
  void inspectShowsWhereBytesAndBitsGo() throws Exception {
    Processes.Result text = Processes.run("inspect", model, "--layers", "--memory-plan");
    assertThat(text.exit()).as("%s", text).isZero();
    assertThat(text.out()).contains("colours").contains("144").contains("fully connected");
    Map<String, Object> json = JsonParser.object(Processes.run("inspect", model, "--json", "--layers").out());
    assertThat(json)
        .containsEntry("weights", 144.0)
        .containsEntry("bits_per_weight", 2.0)
        .containsEntry("tail_share", 0.0)
        .containsEntry("storage", "packed")
        .containsEntry("decoded_bytes", 0.0)
        .containsEntry("file_bytes", (double) Files.size(model))
        .containsEntry("channels_by_width", List.of(0.0, 0.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0));
  }

  @Test
  void inspectShowsKernelsAndWritesTheirCode() throws Exception {
    Path code = folder.resolve("code.bin");
    Processes.Result text = Processes.run("inspect", model, "--kernels", "--dump-code", code);
    assertThat(text.exit()).as("%s", text).isZero();
    assertThat(text.out())
        .containsPattern("(?m)^kernels +machine code, .+: this machine has ")
        .contains("code         " + Files.size(code) + " bytes, each function once")
        .containsPattern("(?m)^ *0 .* 0x0 +[1-9]");

    Map<String, Object> json = JsonParser.object(Processes.run("inspect", model, "--kernels", "--json").out());
    assertThat((String) json.get("kernel_choice")).startsWith("machine code, ");
    List<?> kernels = (List<?>) json.get("kernels");
    assertThat(kernels).hasSize(((Double) json.get("operations")).intValue());
    long end = 0;
    for (Object each : kernels) {
      Map<?, ?> kernel = (Map<?, ?>) each;
      assertThat((String) kernel.get("name")).isNotEmpty();
      assertThat((String) kernel.get("kernel")).isNotEmpty();
      double bytes = (Double) kernel.get("code_bytes");
      assertThat(bytes).isPositive();
      assertThat((Double) kernel.get("code_offset") % 64).isZero();
      end = Math.max(end, (long) ((Double) kernel.get("code_offset") + bytes));
    }
    assertThat(code).hasSize(end);
    assertThat(JsonParser.object(Processes.run("inspect", model, "--json").out()))
        .doesNotContainKeys("kernel_choice", "kernels");
  }

  @Test
  void codeIsWrittenOverNoDevice() throws Exception {
    for (String node : List.of("/dev/full", "/dev/stdout")) {
      Processes.Result result = Processes.run("inspect", model, "--dump-code", node);
      assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.WRONG_USE);
      assertThat(result.err()).contains(node + " is ", "no file that can be replaced");
      assertThat(result.out()).isEmpty();
    }
  }

  /** A limit on the size of files stands in for a full disk. */
  @Test
  void aFileThatCannotBeWrittenIsNamedAndLeavesNothing() throws Exception {
    Path full = Files.createDirectory(folder.resolve("full"));
    Path output = Files.createSymbolicLink(full.resolve("out.pq"), Path.of("file.pq"));
    List<String> command =
        List.of(
            "sh", "-c", "ulimit -f 1; exec \"$@\"", "sh",
            Processes.java(), "-jar", Processes.jar("ptilmpq-run.jar").toString(),
            "repack", Processes.projectRoot().resolve("examples/resnet20-cifar10.pq").toString(),
            "--storage=packed", "-o", output.toString());
    Processes.Result result = Processes.start(command, Map.of(), folder, Path.of("/dev/null"));
    assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains(output + " can't be written: ").doesNotContain("\tat ");
    try (Stream<Path> files = Files.list(full)) {
      assertThat(files).containsExactly(output);
    }
  }

  @Test
  void resultsThatCannotBeWrittenAreAnErrorUnlessNobodyReads() throws Exception {
    String jar = Processes.jar("ptilmpq-run.jar").toString();
    for (String line : List.of("inspect " + model, model + " " + red, "--help")) {
      String command = Processes.java() + " -jar " + jar + " " + line;
      Processes.Result full =
          Processes.start(List.of("sh", "-c", command + " >/dev/full"), Map.of(), folder, Path.of("/dev/null"));
      assertThat(full.exit()).as("%s: %s", line, full).isEqualTo(ExitCode.FAILED);
      assertThat(full.err()).contains("ptilmpq: standard output can't be written: No space left on device");
      Processes.Result closed =
          Processes.start(
              List.of("sh", "-c", "{ " + command + "; echo $? >&2; } | true"), Map.of(), folder, Path.of("/dev/null"));
      assertThat(closed.err().lines().toList().getLast()).as("%s: %s", line, closed).isEqualTo("0");
    }
  }

  @Test
  void namesBeyondTheLocaleSayWhatToDo() throws Exception {
    Files.writeString(folder.resolve("arguments"), "röt.png\n", StandardCharsets.UTF_8);
    // The shell makes the name, as this process may be in such a locale itself.
    for (String argument : List.of("$(printf 'r\\303\\266t.png')", "@arguments")) {
      List<String> command =
          List.of(
              "sh", "-c", "LC_ALL=C exec \"$@\" \"" + argument + "\"", "sh",
              Processes.java(), "-jar", Processes.jar("ptilmpq-run.jar").toString(), model.toString());
      Processes.Result result = Processes.start(command, Map.of(), folder, Path.of("/dev/null"));
      assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.WRONG_USE);
      assertThat(result.err()).contains("the encoding of the locale, ANSI_X3.4-1968", "LC_ALL=C.UTF-8");
    }
  }

  @Test
  void kernelsInJavaHaveNoCode() throws Exception {
    Path code = folder.resolve("none.bin");
    Processes.Result refused = scalar("inspect", model.toString(), "--dump-code", code.toString());
    assertThat(refused.exit()).as("%s", refused).isEqualTo(ExitCode.WRONG_USE);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err())
        .contains("no machine code to write: the kernels are scalar: -Dptilmpq.kernels=scalar asks for them")
        .doesNotContain("\tat ");
    assertThat(code).doesNotExist();
    Map<String, Object> json =
        JsonParser.object(scalar("inspect", model.toString(), "--kernels", "--json").out());
    assertThat((String) json.get("kernel_choice")).startsWith("scalar: ");
    assertThat((List<?>) json.get("kernels"))
        .allSatisfy(kernel -> assertThat(kernel).asInstanceOf(InstanceOfAssertFactories.MAP)
            .containsEntry("code_bytes", 0.0)
            .doesNotContainKey("code_offset"));
  }

  private static Processes.Result scalar(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(Processes.java(), "-jar", Processes.jar("ptilmpq-run.jar").toString()));
    command.addAll(List.of(arguments));
    Map<String, String> environment = Map.of("PTILMPQ_JAVA_OPTS", "-Dptilmpq.kernels=scalar");
    return Processes.start(command, environment, folder, Path.of("/dev/null"));
  }

  @Test
  void repackIsLosslessInBothDirections() throws Exception {
    Path compressed = folder.resolve("compressed.pq");
    Path packed = folder.resolve("packed again.pq");
    Path twice = folder.resolve("twice.pq");
    for (List<Object> step :
        List.<List<Object>>of(
            List.of(model, "compressed", compressed),
            List.of(compressed, "packed", packed),
            List.of(compressed, "compressed", twice))) {
      Processes.Result result = Processes.run("repack", step.get(0), "--storage", step.get(1), "-o", step.get(2));
      assertThat(result.exit()).as("%s", result).isZero();
      assertThat(result.out()).contains(step.get(1).toString(), Long.toString(Files.size((Path) step.get(2))));
    }
    assertThat(packed).hasSameBinaryContentAs(model);
    assertThat(twice).hasSameBinaryContentAs(compressed);
    assertThat(Files.size(compressed)).isLessThan(Files.size(model));

    Processes.Result run = Processes.run(compressed, red, "--json", "--mean", "3");
    assertThat(run.exit()).as("%s", run).isZero();
    String scores = "\"top\".*";
    assertThat(run.out().replaceAll("^.*(?=" + scores + ")", ""))
        .isEqualTo(Processes.run(model, red, "--json", "--mean", "3").out().replaceAll("^.*(?=" + scores + ")", ""));
    Processes.Result verified = Processes.run("verify", compressed);
    assertThat(verified.exit()).as("%s", verified).isZero();
    assertThat(verified.out()).contains("compressed");
    Map<String, Object> benchmark =
        JsonParser.object(Processes.run("benchmark", compressed, "--json", "--runs=1", "--warmup=0").out());
    assertThat((Double) benchmark.get("decoded_bytes")).isPositive();
    assertThat((Double) benchmark.get("open_ms")).isPositive();
  }

  @Test
  void inspectShowsBothFormsOfACompressedFile() throws Exception {
    Path compressed = folder.resolve("small.pq");
    Processes.run("repack", model, "--storage=compressed", "-o", compressed);
    Map<String, Object> json = JsonParser.object(Processes.run("inspect", compressed, "--json").out());
    Map<String, Object> packed = JsonParser.object(Processes.run("inspect", model, "--json").out());
    assertThat(json)
        .containsEntry("storage", "compressed")
        .containsEntry("file_bytes", (double) Files.size(compressed))
        .containsEntry("compressed_file_bytes", (double) Files.size(compressed))
        .containsEntry("packed_file_bytes", (double) Files.size(model))
        .containsEntry("bits_per_weight", 2.0);
    assertThat((Double) json.get("decoded_bytes")).isPositive();
    assertThat(packed)
        .containsEntry("compressed_file_bytes", (double) Files.size(compressed))
        .containsEntry("packed_file_bytes", (double) Files.size(model));
    Processes.Result text = Processes.run("inspect", compressed, "--memory-plan", "--layers");
    assertThat(text.exit()).as("%s", text).isZero();
    assertThat(text.out()).contains("compressed, " + Files.size(compressed) + " bytes", "weights decoded to");
  }

  @Test
  void repackReplacesItsOwnInputAndRefusesWhatIsNoFile() throws Exception {
    Path own = Files.copy(model, folder.resolve("own.pq"));
    assertThat(Processes.run("repack", own, "--storage", "compressed", "-o", own).exit()).isZero();
    assertThat(Files.size(own)).isLessThan(Files.size(model));
    assertThat(Processes.run("repack", own, "--storage", "packed", "-o", own).exit()).isZero();
    assertThat(own).hasSameBinaryContentAs(model);
    Path nowhere = folder.resolve("no such folder").resolve("out.pq");
    for (Path refused : List.of(folder, nowhere, Path.of("/dev/null"))) {
      Processes.Result result = Processes.run("repack", model, "--storage", "packed", "-o", refused);
      assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.WRONG_USE);
      assertThat(result.out()).isEmpty();
    }
    Path damaged = damaged(own);
    Path output = folder.resolve("of damaged.pq");
    Processes.Result result = Processes.run("repack", damaged, "--storage", "packed", "-o", output);
    assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.INVALID_MODEL);
    assertThat(output).doesNotExist();
  }

  @Test
  void verifyTellsValidFromDamaged() throws Exception {
    assertThat(Processes.run("verify", model).exit()).isZero();
    Path damaged = damaged(model);
    for (Processes.Result result : List.of(Processes.run("verify", damaged), Processes.run(damaged, red))) {
      assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.INVALID_MODEL);
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).contains("damaged.pq").doesNotContain("\tat ");
    }
  }

  private static Path damaged(Path valid) throws IOException {
    byte[] bytes = Files.readAllBytes(valid);
    bytes[bytes.length / 2] ^= 4;
    return Files.write(folder.resolve("damaged.pq"), bytes);
  }

  @Test
  void aCapTooSmallIsRefusedBeforeAnythingRuns() throws Exception {
    Processes.Result result = Processes.run(model, red, "--memory", "1MB");
    assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.OVER_MEMORY_CAP);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("memory cap");
  }

  @Test
  void devicesMarksThisMachine() throws Exception {
    Processes.Result result = Processes.run("devices", "--json");
    assertThat(result.exit()).as("%s", result).isZero();
    List<Map<String, Object>> lines = result.out().lines().map(JsonParser::object).toList();
    assertThat(lines.getFirst()).containsKeys("machine", "profile", "reason");
    assertThat(lines.stream().skip(1)).allSatisfy(profile -> assertThat((List<?>) profile.get("sources")).isNotEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "MODEL", "MODEL RED --top 0", "MODEL RED --threads 0", "MODEL RED --memory lots", "MODEL RED --bogus",
        "nofile.pq RED", "evaluate MODEL", "benchmark MODEL --runs 0", "verify", "serve --http :80",
        "repack MODEL -o x.pq", "repack MODEL --storage packed", "repack MODEL --storage zip -o x.pq"
      })
  void wrongUseIsTwoWithOneLine(String line) throws Exception {
    Object[] arguments =
        line.isEmpty()
            ? new Object[0]
            : line.replace("MODEL", model.toString()).replace("RED", red.toString()).split(" ");
    Processes.Result result = Processes.run(arguments);
    assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.WRONG_USE);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines().filter(text -> !text.startsWith("WARNING: Using incubator"))).hasSize(1);
  }

  @Test
  void debugShowsWhereAnErrorComesFrom() throws Exception {
    Processes.Result result = Processes.run("verify", "--debug", red);
    assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.INVALID_MODEL);
    assertThat(result.err()).contains("\tat org.ptilmpq.format.");
  }

  @Test
  void theJarIsSmallAndHasNoQuantizer() throws IOException {
    assertThat(Files.size(Processes.jar("ptilmpq-run.jar"))).isLessThan(3_000_000);
    try (ZipFile jar = new ZipFile(Processes.jar("ptilmpq-run.jar").toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName))
          .contains("org/ptilmpq/cli/run/Run.class", "org/ptilmpq/profiles/pi4.properties")
          .noneMatch(name -> name.matches("org/ptilmpq/(quantizer|cli/quantize)/.*"))
          .noneMatch(name -> name.matches("(com/google/protobuf|ai/onnx|org/jline|me/tongfei)/.*"));
    }
  }
}
