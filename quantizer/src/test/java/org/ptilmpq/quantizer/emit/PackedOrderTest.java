package org.ptilmpq.quantizer.emit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ptilmpq.format.ChannelGroup;
import org.ptilmpq.format.Grid;

class PackedOrderTest {

  private static final Grid GRID = new Grid.Uniform();

  @Test
  void equalWidthsAreOneGroupInOrder() {
    PackedOrder order = PackedOrder.of(new int[] {4, 4, 4}, 1, width -> GRID);
    assertThat(order.stored()).isEmpty();
    assertThat(order.groups()).containsExactly(new ChannelGroup(3, 4, GRID));
  }

  @Test
  void widestChannelsComeFirst() {
    PackedOrder order = PackedOrder.of(new int[] {2, 8, 0, 8, 2}, 1, width -> GRID);
    assertThat(order.stored()).containsExactly(1, 3, 0, 4, 2);
    assertThat(order.groups())
        .containsExactly(new ChannelGroup(2, 8, GRID), new ChannelGroup(2, 2, GRID), new ChannelGroup(1, 0, GRID));
  }

  @Test
  void partsOfAGroupedConvolutionStayApart() {
    PackedOrder order = PackedOrder.of(new int[] {2, 4, 4, 2}, 2, width -> GRID);
    assertThat(order.stored()).containsExactly(1, 0, 2, 3);
    assertThat(order.groups())
        .containsExactly(
            new ChannelGroup(1, 4, GRID),
            new ChannelGroup(1, 2, GRID),
            new ChannelGroup(1, 4, GRID),
            new ChannelGroup(1, 2, GRID));
  }
}
