package org.ptilmpq.quantizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ptilmpq.quantizer.options.Effort;

class LadderTest {

  static Stream<Effort> efforts() {
    return Stream.of(
        Effort.FAST,
        Effort.BALANCED,
        Effort.BEST,
        new Effort(3, 0, 5, false, false, false, false, false),
        new Effort(3, 1, 5, false, false, false, false, true),
        new Effort(3, 4, 5, false, false, true, false, false),
        new Effort(3, 2, 5, true, false, true, true, true));
  }

  @ParameterizedTest
  @MethodSource("efforts")
  void leadsFromTheLeastToTheEffortByOneStepAtATime(Effort effort) {
    List<Variants.Rung> rungs = Variants.ladder(effort);
    assertThat(rungs.getLast().effort()).isEqualTo(effort);
    assertThat(rungs).doesNotHaveDuplicates().hasSize(1 + switches(effort));
    for (int i = 0; i < rungs.size(); i++) {
      assertThat(switches(rungs.get(i).effort())).isEqualTo(i);
      assertThat(rungs.get(i).effort().equalization()).isEqualTo(i > 0 && effort.equalization());
      assertThat(rungs.get(i).effort().pictures()).isEqualTo(effort.pictures());
      assertThat(rungs.get(i).effort().positions()).isEqualTo(effort.positions());
      boolean whole = i < rungs.size() - 1;
      int variants = whole ? Math.min(1, effort.variants()) : effort.variants();
      assertThat(rungs.get(i).effort().variants()).isEqualTo(variants);
    }
  }

  private static int switches(Effort effort) {
    Stream<Boolean> on =
        Stream.of(
            effort.equalization(),
            effort.matching(),
            effort.fisher(),
            effort.layerKl(),
            effort.secondOrder(),
            effort.variants() > 1);
    return (int) on.filter(Boolean::booleanValue).count();
  }
}
