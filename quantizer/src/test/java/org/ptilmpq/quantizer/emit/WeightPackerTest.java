package org.ptilmpq.quantizer.emit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.ChannelGroup;
import org.ptilmpq.format.Grid;
import org.ptilmpq.quantizer.emit.WeightPacker.PackedOrder;
import org.ptilmpq.quantizer.rounding.QuantizedLayer.ChannelCode;

class WeightPackerTest {

  private static final Grid GRID = new Grid.Uniform();

  private static List<ChannelCode> uniform(int... widths) {
    return IntStream.of(widths).mapToObj(width -> new ChannelCode(width, GRID)).toList();
  }

  @Test
  void equalWidthsAreOneGroupInOrder() {
    PackedOrder order = PackedOrder.of(uniform(4, 4, 4), 1);
    assertThat(order.stored()).isEmpty();
    assertThat(order.groups()).containsExactly(new ChannelGroup(3, 4, GRID));
  }

  @Test
  void widestChannelsComeFirst() {
    PackedOrder order = PackedOrder.of(uniform(2, 8, 0, 8, 2), 1);
    assertThat(order.stored()).containsExactly(1, 3, 0, 4, 2);
    assertThat(order.groups())
        .containsExactly(new ChannelGroup(2, 8, GRID), new ChannelGroup(2, 2, GRID), new ChannelGroup(1, 0, GRID));
  }

  @Test
  void partsOfAGroupedConvolutionStayApart() {
    PackedOrder order = PackedOrder.of(uniform(2, 4, 4, 2), 2);
    assertThat(order.stored()).containsExactly(1, 0, 2, 3);
    assertThat(order.groups())
        .containsExactly(
            new ChannelGroup(1, 4, GRID),
            new ChannelGroup(1, 2, GRID),
            new ChannelGroup(1, 4, GRID),
            new ChannelGroup(1, 2, GRID));
  }

  @Test
  void gridsOfOneWidthStayApart() {
    ChannelCode tails = new ChannelCode(2, new Grid.SparseTails());
    ChannelCode odd = new ChannelCode(2, new Grid.HalfStep());
    PackedOrder order = PackedOrder.of(List.of(tails, odd, tails, odd, ChannelCode.NONE), 1);
    assertThat(order.groups())
        .containsExactlyInAnyOrder(
            new ChannelGroup(2, 2, tails.grid()), new ChannelGroup(2, 2, odd.grid()), new ChannelGroup(1, 0, GRID));
    assertThat(order.stored()[4]).isEqualTo(4);
    assertThat(order.stored()).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
  }
}
