package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.Seeds;

class RankingTest {

  @Test
  void ranksAsSortingDoesWithManyTies() {
    RandomGenerator random = Seeds.random("RankingTest", 6);
    for (int trial = 0; trial < 500; trial++) {
      float[] scores = new float[random.nextInt(1, 40)];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = random.nextInt(-4, 5) / 2f;
      }
      List<Integer> sorted =
          IntStream.range(0, scores.length)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]).thenComparing(i -> i))
              .toList();
      int most = random.nextInt(1, 45);
      Ranking ranking = new Ranking(most);
      ranking.rank(scores, List.of());
      assertThat(ranking.size()).isEqualTo(Math.min(most, scores.length));
      double[] probabilities = new Classification(scores, List.of()).probabilities();
      for (int rank = 0; rank < ranking.size(); rank++) {
        int index = sorted.get(rank);
        assertThat(ranking.index(rank)).isEqualTo(index);
        assertThat(ranking.score(rank)).isEqualTo(scores[index]);
        assertThat(ranking.probability(rank)).isEqualTo(probabilities[index]);
      }
    }
  }

  @Test
  void nextPictureTakesThePlaceOfTheLast() {
    Ranking ranking = new Ranking(2);
    assertThat(ranking.size()).isZero();
    ranking.rank(new float[] {1, 2, 3}, List.of("a", "b", "c"));
    assertThat(ranking.label(0)).isEqualTo("c");
    ranking.rank(new float[] {9, 2, 3}, List.of("a", "b", "c"));
    assertThat(ranking.label(0)).isEqualTo("a");
    assertThat(ranking.label(1)).isEqualTo("c");
    ranking.rank(new float[] {1}, List.of());
    assertThat(ranking.size()).isEqualTo(1);
    assertThat(ranking.label(0)).isEmpty();
    assertThatThrownBy(() -> ranking.score(1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void keepsAtLeastOne() {
    assertThatThrownBy(() -> new Ranking(0)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0");
  }
}
