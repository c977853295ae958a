package org.ptilmpq.quantizer.faithful;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.Seeds;

class FaithfulPlanTest {

  @Test
  void importantChannelsOfImportantLayersGetTheHighWidth() {
    List<double[]> channels = List.of(new double[] {1, 4, 3, 2}, new double[] {9, 9, 9}, new double[] {5, 6});
    FaithfulPlan plan = FaithfulPlan.of(new double[] {2, 1, 3}, channels, 0.5, 5, 2);
    assertThat(plan.bits()).containsExactly(new int[] {2, 5, 5, 2}, new int[] {2, 2, 2}, new int[] {2, 5});
  }

  @Test
  void alphaGoesFromTheLowToTheHighWidthAndNeverBack() {
    RandomGenerator random = Seeds.example(43);
    double[] layers = random.doubles(17).toArray();
    List<double[]> channels =
        Arrays.stream(layers).mapToObj(layer -> random.doubles(random.nextInt(1, 60)).toArray()).toList();
    List<int[]> before = FaithfulPlan.of(layers, channels, 0, 6, 3).bits();
    assertThat(before).allSatisfy(bits -> assertThat(bits).containsOnly(3));
    for (int i = 1; i <= 50; i++) {
      List<int[]> bits = FaithfulPlan.of(layers, channels, i / 50.0, 6, 3).bits();
      for (int layer = 0; layer < layers.length; layer++) {
        for (int c = 0; c < bits.get(layer).length; c++) {
          assertThat(bits.get(layer)[c]).isGreaterThanOrEqualTo(before.get(layer)[c]);
        }
      }
      before = bits;
    }
    assertThat(before).allSatisfy(bits -> assertThat(bits).containsOnly(6));
  }

  @Test
  void whatCantBeIsRefused() {
    double[] one = {1};
    List<double[]> channels = List.of(new double[] {1, Double.NaN});
    assertThatThrownBy(() -> FaithfulPlan.of(one, List.of(one), 1.01, 4, 2)).hasMessageContaining("alpha");
    assertThatThrownBy(() -> FaithfulPlan.of(one, List.of(one), Double.NaN, 4, 2)).hasMessageContaining("alpha");
    assertThatThrownBy(() -> FaithfulPlan.of(one, channels, 1, 4, 2)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> FaithfulPlan.of(one, List.of(), 1, 4, 2)).hasMessageContaining("1 layers");
    assertThatThrownBy(() -> FaithfulPlan.of(one, List.of(one), 1, 2, 4)).hasMessageContaining("2 and 4");
    assertThatThrownBy(() -> FaithfulPlan.of(one, List.of(one), 1, 9, 4)).hasMessageContaining("9 and 4");
  }
}
