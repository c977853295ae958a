package org.ptilmpq.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.bench.InterleavedRounds.Latency;
import org.ptilmpq.bench.PeerComparison.Peer;

/** Rounds, figures and options, without a model. */
class PeerComparisonTest {

  /** Answers with fixed scores and records each call. */
  private record Recorder(String name, float[] scores, List<String> calls) implements Peer {

    @Override
    public float[] run() {
      calls.add(name);
      return scores;
    }

    @Override
    public void close() {}
  }

  @Test
  void enginesTakeTurns() {
    List<String> calls = new ArrayList<>();
    List<Recorder> peers =
        List.of(
            new Recorder("fp32", new float[] {1, 2, 3}, calls), new Recorder("own", new float[] {2, 4, 6}, calls));
    List<PeerComparison.Row> rows = PeerComparison.compare(peers, 2, 5);

    assertThat(rows).extracting(PeerComparison.Row::engine).containsExactly("fp32", "own");
    assertThat(rows).extracting(PeerComparison.Row::threads).containsOnly(2);
    assertThat(rows.get(0).ratio()).isEqualTo(1);
    assertThat(rows.get(1).correlation()).isCloseTo(1, offset(1e-9));
    // The scores of both, the warm-up of both, then five turns each.
    long changes = 0;
    for (int i = 1; i < calls.size(); i++) {
      changes += calls.get(i).equals(calls.get(i - 1)) ? 0 : 1;
    }
    assertThat(changes).isEqualTo(1 + 2 + 2 * 5);
  }

  @Test
  void refusesAnotherNetwork() {
    List<Recorder> peers =
        List.of(
            new Recorder("fp32", new float[10], new ArrayList<>()),
            new Recorder("own", new float[1000], new ArrayList<>()));
    assertThatThrownBy(() -> PeerComparison.compare(peers, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("own has 1000 scores instead of 10: not the same network");
  }

  @Test
  void medianAndPercentile() {
    assertThat(Latency.of(new double[] {3, 1, 2})).isEqualTo(new Latency(2, 3, 1));
    assertThat(Latency.of(new double[] {10, 9, 8, 7, 6, 5, 4, 3, 2, 1})).isEqualTo(new Latency(5.5, 9, 1));
    assertThat(Latency.of(new double[] {4})).isEqualTo(new Latency(4, 4, 4));
  }

  @Test
  void readsOptions() {
    ComparisonOptions options =
        ComparisonOptions.parse(
            List.of("a.onnx", "--threads", "1,4", "--rounds", "7", "b.pq", "--int8", "c.onnx", "--tflite", "d.tflite",
                "--kernels", "vector", "--json"));
    assertThat(options.onnx()).hasFileName("a.onnx");
    assertThat(options.pq()).hasFileName("b.pq");
    assertThat(options.int8()).hasValueSatisfying(path -> assertThat(path).hasFileName("c.onnx"));
    assertThat(options.tflite()).hasValueSatisfying(path -> assertThat(path).hasFileName("d.tflite"));
    assertThat(options.kernels()).hasValue("vector");
    assertThat(options.threads()).containsExactly(1, 4);
    assertThat(options.rounds()).isEqualTo(7);
    assertThat(options.json()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.onnx | two models are needed",
        "a.onnx b.pq --fast | unknown option --fast",
        "a.onnx b.pq --rounds | --rounds needs a value",
        "a.onnx b.pq --rounds many | --rounds is a whole number, not 'many'",
        "a.onnx b.pq --threads 1,0 | --threads can be 1…256, not 0"
      })
  void saysWhatIsWrong(String arguments, String message) {
    assertThatThrownBy(() -> ComparisonOptions.parse(List.of(arguments.split(" "))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void reports() {
    PeerComparison.Row row = new PeerComparison.Row(2, "PTILMPQ", new Latency(1.5, 2, 1.25), 0.75, 0.999);
    PeerComparison.Result result = new PeerComparison.Result("vector, 512 bits: because", List.of(row));
    assertThat(result.table())
        .contains("kernels: vector, 512 bits: because")
        .containsPattern("2  PTILMPQ +1\\.500 +2\\.000 +1\\.250 +0\\.750 +0\\.9990");
    assertThat(result.json(30))
        .isEqualTo(
            """
            {"engine":"PTILMPQ","kernels":"vector, 512 bits: because","threads":2,"rounds":30,\
            "latency_ms":{"median":1.5000,"p90":2.0000,"min":1.2500},\
            "ratio_to_fp32":0.7500,"correlation_with_fp32":0.999000}
            """);
  }
}
