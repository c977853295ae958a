package org.ptilmpq.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ptilmpq.examples.CodesCompared.Comparison;

class CodesComparedTest {

  @Test
  void whatDocsSayOfThemHolds() {
    List<Comparison> all = CodesCompared.compare(1);
    assertThat(all).hasSize(13);
    for (Comparison each : all) {
      double change = each.bits() / each.even() - 1;
      if (each.code().contains("chosen")) {
        assertThat(change).as(each.toString()).isBetween(-0.2, -0.02);
      } else if (each.code().contains("split")) {
        assertThat(change).as(each.toString()).isBetween(0.0, 0.02);
      } else if (each.code().contains("signs")) {
        assertThat(change).as(each.toString()).isBetween(0.3, 0.8);
      }
    }
    assertThat(all.get(8).code()).isEqualTo("powers of two");
    assertThat(all.get(8).bits() / all.get(8).even()).isBetween(1.02, 1.15);
  }
}
