package org.ptilmpq.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options, and that marks can be set on a machine that doesn't count. */
class MarkedInferencesTest {

  @Test
  void readsOptions() {
    MarkedInferences options =
        MarkedInferences.parse(List.of("--runs", "3", "a.pq", "--warmup", "7", "--onnx", "b.onnx"));
    assertThat(options.pq()).hasFileName("a.pq");
    assertThat(options.onnx()).hasValueSatisfying(path -> assertThat(path).hasFileName("b.onnx"));
    assertThat(options.warmup()).isEqualTo(7);
    assertThat(options.runs()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--runs 3 | one .pq model is needed, not 0",
        "a.pq b.pq | one .pq model is needed, not 2",
        "a.pq --onnx | --onnx needs a value",
        "a.pq --runs 0 | --runs can be 1…100000, not 0",
        "a.pq --threads 2 | unknown option --threads"
      })
  void saysWhatIsWrong(String arguments, String message) {
    assertThatThrownBy(() -> MarkedInferences.parse(List.of(arguments.split(" "))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  /** The descriptor can't be open, so closing it has to fail, which the mark itself checks. */
  @Test
  void aMarkDoesNothing() {
    MarkedInferences.InstructionMark mark = new MarkedInferences.InstructionMark();
    mark.set();
    mark.set();
  }
}
