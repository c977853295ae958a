package org.ptilmpq.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.examples.QuantizationFromScratch.Stage;
import org.ptilmpq.testkit.Seeds;

class QuantizationFromScratchTest {

  @Test
  void everyIdeaLowersTheErrorAtTheSameBits() {
    RandomGenerator random = Seeds.random("everyIdeaLowersTheErrorAtTheSameBits", 4);
    for (int layer = 0; layer < 3; layer++) {
      List<Stage> stages = QuantizationFromScratch.stages(random.nextLong());
      List<Stage> sameBits = stages.subList(0, stages.size() - 1);
      assertThat(sameBits).hasSize(4).allSatisfy(
          stage ->
              assertThat(stage.bits()).isBetween(QuantizationFromScratch.BITS - 0.02, QuantizationFromScratch.BITS));
      for (int i = 1; i < sameBits.size(); i++) {
        assertThat(sameBits.get(i).error()).as(sameBits.get(i).name()).isLessThan(sameBits.get(i - 1).error());
      }
    }
  }

  @Test
  void togetherTheyNeedFarFewerBitsForTheSameError() {
    List<Stage> stages = QuantizationFromScratch.stages(1);
    assertThat(stages.getLast().error()).isLessThanOrEqualTo(stages.getFirst().error());
    assertThat(stages.getLast().bits()).isLessThan(0.6 * stages.getFirst().bits());
  }

  @Test
  void matchedOutputsSpreadLikeThoseOfTheFloatLayer() {
    Stage matched = QuantizationFromScratch.stages(1).get(3);
    assertThat(matched.spread()).isBetween(0.99, 1.01);
  }

  @Test
  void sameSeedSameFigures() {
    assertThat(QuantizationFromScratch.stages(5)).isEqualTo(QuantizationFromScratch.stages(5));
    assertThat(QuantizationFromScratch.stages(5)).isNotEqualTo(QuantizationFromScratch.stages(6));
  }
}
