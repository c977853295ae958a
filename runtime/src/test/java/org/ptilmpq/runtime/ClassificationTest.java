package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ptilmpq.runtime.Classification.Entry;

class ClassificationTest {

  private final Classification result = new Classification(new float[] {1, 3, 2, 3}, List.of("a", "b", "c", "d"));

  @Test
  void probabilitiesAreTheSoftmaxOfTheScores() {
    double sum = Math.exp(-2) + 1 + Math.exp(-1) + 1;
    assertThat(result.probabilities())
        .containsExactly(new double[] {Math.exp(-2) / sum, 1 / sum, Math.exp(-1) / sum, 1 / sum}, within(1e-15));
  }

  @Test
  void aClassThatStandsAloneIsWeighedAgainstItsAbsence() {
    assertThat(alone(3.44f).best().probability()).isCloseTo(1 / (1 + Math.exp(-3.44f)), within(1e-15));
    assertThat(alone(-3.45f).best().probability()).isCloseTo(1 / (1 + Math.exp(3.45f)), within(1e-15));
    assertThat(alone(3.44f)).hasToString("0.9689  0  cat");
    assertThat(alone(-3.45f)).hasToString("0.0308  0  cat");
    assertThat(alone(0).probabilities()).containsExactly(0.5);
    assertThat(alone(3e38f).probabilities()).containsExactly(1);
    assertThat(alone(-3e38f).probabilities()).containsExactly(0);
  }

  private static Classification alone(float score) {
    return new Classification(new float[] {score}, List.of("cat"));
  }

  @Test
  void topIsSortedAndTiesGoToTheLowerIndex() {
    assertThat(result.top(3)).extracting(Entry::label).containsExactly("b", "d", "c");
    assertThat(result.top(3)).extracting(Entry::index).containsExactly(1, 3, 2);
    assertThat(result.top(9)).hasSize(4);
    assertThat(result.top(0)).isEmpty();
    assertThat(result.best()).isEqualTo(new Entry(1, "b", result.probabilities()[1], 3));
  }

  @Test
  void hugeScoresGiveNoNonsense() {
    Classification extreme = new Classification(new float[] {3e38f, -3e38f, 0}, List.of());
    assertThat(extreme.probabilities()).containsExactly(1, 0, 0);
    assertThat(extreme.best().label()).isEmpty();
  }

  @Test
  void arraysAreCopies() {
    result.scores()[1] = 99;
    result.probabilities()[1] = 99;
    assertThat(result.scores()[1]).isEqualTo(3);
    assertThat(result.probabilities()[1]).isLessThan(1);
  }

  @Test
  void wrongUseIsRefused() {
    assertThatThrownBy(() -> result.top(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Classification(new float[2], List.of("one")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 labels for 2 scores");
  }

  @Test
  void textHasProbabilityIndexAndLabel() {
    assertThat(result.toString().lines().toList().getFirst()).matches("0\\.\\d{4}  1  b");
  }
}
