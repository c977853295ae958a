package org.ptilmpq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.testkit.JsonParser;

/** Tests {@code --profile} of {@code ptilmpq-run.jar}, and what {@code benchmark --submit} prints. */
class ProfileJarIT {

  @TempDir static Path folder;

  private static Path model;
  private static Path red;

  @BeforeAll
  static void files() throws IOException {
    model = ColourModel.write(folder.resolve("colours.pq"));
    red = ColourModel.picture(folder.resolve("red.png"), new Color(250, 10, 20));
  }

  @Test
  void aProfileSetsThreadsAndOptionsChangeThem() throws Exception {
    double offered = Math.min(4, Runtime.getRuntime().availableProcessors());
    Processes.Result result = Processes.run("benchmark", model, "--json", "--runs=1", "--profile=pi4");
    Map<String, Object> json = JsonParser.object(result.out());
    assertThat(json).as("%s", result).containsEntry("threads", offered);
    assertThat(json.get("tiles")).hasToString("{pixels=91.0, kept_pixels=28.0, table_bytes=157284.0}");
    assertThat(result.err().contains("profile pi4 asks for 4 threads")).as("%s", result).isEqualTo(offered < 4);
    Processes.Result changed = Processes.run("benchmark", model, "--json", "--runs=1", "--profile=pi4", "--threads=3");
    assertThat(JsonParser.object(changed.out())).as("%s", changed).containsEntry("threads", 3.0);
    assertThat(changed.err()).doesNotContain("asks for 4 threads");
  }

  @Test
  void profileAutoIsThisMachines() throws Exception {
    Processes.Result result = Processes.run("benchmark", model, "--runs=1", "--warmup=0", "--profile=auto", "--submit");
    assertThat(result.exit()).as("%s", result).isZero();
    Object name =
        JsonParser.object(Processes.run("devices", "--json").out().lines().findFirst().orElseThrow()).get("profile");
    assertThat(result.err()).contains("profile " + name + ", because ").doesNotContain("this machine is");
    List<String> table = result.out().lines().filter(line -> line.startsWith("|")).toList();
    assertThat(table).hasSize(3);
    assertThat(table.getFirst()).contains("| board | profile |", "| throttled |");
    assertThat(table.getLast()).contains("| " + name + " |", "| colours.pq |");
    Processes.Result json = Processes.run("benchmark", model, "--runs=1", "--warmup=0", "--submit", "--json");
    assertThat(json.out().lines()).as("%s", json).hasSize(1);
    assertThat((Map<?, ?>) JsonParser.object(json.out()).get("submission"))
        .extracting("model", "profile", "threads")
        .containsExactly("colours.pq", null, (double) Runtime.getRuntime().availableProcessors());
  }

  /** Scores don't depend on what a profile says. */
  @Test
  void aProfileOfAnotherMachineIsAllowedAndChangesNoScore() throws Exception {
    String scores = Processes.run(model, red, "--json", "--mean", "3").out().replaceAll("^.*(?=\"top\")", "");
    for (String profile : List.of("pi3", "generic-arm64", "generic-x86-64")) {
      Processes.Result result = Processes.run(model, red, "--json", "--mean", "3", "--profile", profile);
      assertThat(result.out().replaceAll("^.*(?=\"top\")", "")).as("%s", result).isEqualTo(scores);
    }
    Processes.Result foreign =
        Processes.run(
            model, red, "--profile", System.getProperty("os.arch").equals("aarch64") ? "generic-x86-64" : "pi3");
    assertThat(foreign.exit()).as("%s", foreign).isZero();
    assertThat(foreign.err()).contains("and this machine is");
  }

  @Test
  void aBrokenProfileIsWrongUseAndSaysWhatIsWrong() throws Exception {
    Path pi3 =
        Path.of("..", "device-profiles", "src", "main", "resources", "org", "ptilmpq", "profiles", "pi3.properties");
    String text = Files.readString(pi3);
    Path broken = Files.writeString(folder.resolve("broken.properties"), text.replace("cores = 4", "cores = four"));
    Map<String, String> messages =
        Map.of(
            broken.toString(), broken + ": cores = four: must be a whole number, 1 to 1024",
            folder.toString(), folder + ": is a folder",
            "pi99", "no device profile and no file is called \"pi99\"");
    for (Map.Entry<String, String> profile : messages.entrySet()) {
      Processes.Result result = Processes.run(model, red, "--profile", profile.getKey());
      assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.WRONG_USE);
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).contains("ptilmpq: " + profile.getValue());
    }
  }
}
