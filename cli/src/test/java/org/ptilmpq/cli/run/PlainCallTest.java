package org.ptilmpq.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which calls do without picocli; what they print is compared with picocli's in RunJarIT. */
class PlainCallTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "m.pq a.jpg",
        "m.pq a.jpg b.png",
        "--json m.pq a.jpg",
        "m.pq --top 3 a.jpg --threads 2 --debug --time",
        "m.pq a.jpg --memory 80MiB",
        "m.pq a.jpg --top 999999"
      })
  void modelPicturesAndPlainOptions(String call) {
    assertThat(PlainCall.of(call.split(" "))).isNotNull();
  }

  /** Other and wrong options and commands, and what else picocli understands: it has the last word on all of them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "m.pq",
        "a.jpg",
        "m.pq -",
        "m.pq a.jpg -",
        "m.pq --top=3 a.jpg",
        "m.pq a.jpg --top",
        "m.pq a.jpg --top 0",
        "m.pq a.jpg --top -1",
        "m.pq a.jpg --top 1000000",
        "m.pq a.jpg --top x",
        "m.pq a.jpg --threads 257",
        "m.pq a.jpg --memory much",
        "m.pq a.jpg --memory 0",
        "m.pq a.jpg --memory",
        "m.pq a.jpg --min-confidence 0.5",
        "m.pq @file",
        "m.pq -- a.jpg",
        "m.pq --watch folder",
        "benchmark m.pq",
        "inspect m.pq",
        "evaluate m.pq a.jpg",
        "--help",
        "m.pq a.jpg --help"
      })
  void everythingElseIsLeft(String call) {
    assertThat(PlainCall.of(call.split(" "))).isNull();
  }
}
