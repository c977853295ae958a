package org.ptilmpq.cli.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.quantizer.options.Effort;
import org.ptilmpq.quantizer.options.QuantizerOptions;
import picocli.CommandLine;

class WorkOptionsTest {

  @TempDir static Path folder;

  @Test
  void presetsAreEfforts() throws Exception {
    assertThat(parse("--data-free").effort()).isEqualTo(Effort.BALANCED);
    assertThat(parse("--data-free --preset fast").effort()).isEqualTo(Effort.FAST);
    assertThat(parse("--data-free --preset BEST").effort()).isEqualTo(Effort.BEST);
    assertThat(parse("--data-free --preset best --pictures 7").effort()).isEqualTo(Effort.BEST.withPictures(7));
  }

  @Test
  void picturesSeedAndThreadsAreTakenOver() throws Exception {
    QuantizerOptions options = parse("--calibration DIR --seed -4711 --threads 3");
    assertThat(options.calibration()).contains(folder);
    assertThat(options.seed()).isEqualTo(-4711);
    assertThat(options.threads()).isEqualTo(3);
    assertThat(parse("--data-free").calibration()).isEmpty();
    assertThat(parse("--data-free").seed()).isEqualTo(1);
  }

  @Test
  void picturesOrNone() {
    assertThatThrownBy(() -> parse("")).isInstanceOf(CommandException.class).hasMessageContaining("--data-free");
    assertThatThrownBy(() -> parse("--calibration DIR --data-free"))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("contradict");
    assertThatThrownBy(() -> parse("--calibration DIR/none"))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("no such folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--data-free --pictures 0", "--data-free --threads 0"})
  void numbersHaveRanges(String line) {
    assertThatThrownBy(() -> parse(line)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("not 0");
  }

  private static QuantizerOptions parse(String line) throws CommandException {
    WorkOptions options = new WorkOptions();
    String[] arguments = line.isEmpty() ? new String[0] : line.replace("DIR", folder.toString()).split(" ");
    new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
    QuantizerOptions.Builder builder = QuantizerOptions.of(Path.of("a.onnx"), Path.of("a.pq"));
    options.addTo(builder);
    return builder.build();
  }
}
