package org.ptilmpq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of {@code ptilmpq-quantize.jar} where no model is needed; real models have the shared-data tests. */
class QuantizeJarIT {

  @TempDir static Path folder;

  private static Path notOnnx;
  private static Path pipe;

  @BeforeAll
  static void files() throws Exception {
    pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor()).isZero();
    notOnnx = Files.writeString(folder.resolve("model.onnx"), "this is not ONNX");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "MODEL",
        "MODEL --calibration DIR",
        "MODEL -o out.pq",
        "missing.onnx --calibration DIR -o out.pq",
        "MODEL --calibration missing -o out.pq",
        "MODEL --calibration DIR -o out.pq --bits 9",
        "MODEL --calibration DIR -o out.pq --size 1XB",
        "MODEL --calibration DIR -o out.pq --size 1MB --bits 4",
        "MODEL --calibration DIR -o out.pq --size 1MB --max-drop 1",
        "MODEL --calibration DIR -o out.pq --bits 4,2",
        "MODEL --calibration DIR -o out.pq --method ptilmpq",
        "MODEL --calibration DIR -o out.pq --method magic",
        "MODEL --calibration DIR --data-free -o out.pq",
        "MODEL --calibration DIR -o missing/out.pq",
        "MODEL --calibration DIR -o DIR",
        "MODEL --calibration DIR -o /dev/full",
        "MODEL --calibration DIR -o /dev/stdout",
        "MODEL --calibration DIR -o PIPE",
        "MODEL --calibration DIR -o out.pq --storage zip",
        "MODEL --calibration DIR -o out.pq --preset slow",
        "MODEL --calibration DIR -o out.pq --threads 0",
        "MODEL --calibration DIR -o out.pq --ablation",
        "MODEL --calibration DIR -o out.pq --sweep 1MB",
        "MODEL --calibration DIR -o out.pq --report MODEL",
        "MODEL --calibration DIR -o out.pq --pictures 0",
        "MODEL --calibration DIR -o out.pq --std 0",
        "compare MODEL",
        "compare MODEL missing.pq --images DIR"
      })
  void wrongUseIsTwoWithOneLine(String line) throws Exception {
    Object[] arguments =
        line.isEmpty()
            ? new Object[0]
            : line.replace("MODEL", notOnnx.toString())
                .replace("DIR", folder.toString())
                .replace("PIPE", pipe.toString())
                .split(" ");
    Processes.Result result = Processes.quantize(arguments);
    assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.WRONG_USE);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines().filter(text -> !text.startsWith("WARNING: Using incubator"))).hasSize(1);
  }

  @Test
  void aFileThatIsNoModelIsAnErrorWithoutAStackTrace() throws Exception {
    Path output = folder.resolve("out.pq");
    Processes.Result result = Processes.quantize(notOnnx, "--calibration", folder, "-o", output);
    assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.FAILED);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("model.onnx").doesNotContain("\tat ");
    assertThat(output).doesNotExist();
  }

  @Test
  void helpFitsATerminal() throws Exception {
    Processes.Result result = Processes.quantize("--help");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out())
        .contains("--max-drop", "--data-free", "--ablation", "Examples:", "--alpha 0.6 --bits 4,2", "60 % of what");
    assertThat(result.out().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void printsItsVersion() throws Exception {
    Processes.Result result = Processes.quantize("--version");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).matches("(?s)ptilmpq \\d+\\.\\d+\\.\\d+.*");
  }
}
