package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LayerBitsTest {

  /** Two dense bits hold −2…1. Of four inputs the second has tails 1 (level 4) and −1 (−3), the last one 3 (12). */
  @Test
  void countsTheBitsOfPlanesAndTheWeightsWithTails() {
    short[][] levels = {{1, 4, 0, -2}, {0, -3, 1, 12}, {-1, 0, 0, 0}, {0, 9, 0, 0}};
    List<ChannelGroup> groups =
        List.of(new ChannelGroup(3, 2, new Grid.SparseTails()), new ChannelGroup(1, 8, new Grid.Uniform()));
    PackedCodes packed = PackedCodes.pack(groups, 4, levels);
    Weights weights =
        new Weights(4, groups, new int[0], new float[4], new float[4], packed.codes(), packed.tails());
    // Two inputs with tails, three planes for 3, three channels.
    LayerBits bits = LayerBits.of(weights);
    assertThat(bits).isEqualTo(new LayerBits(16, 4 * (3 * 2 + 8), 2 * 3 * 3));
    assertThat(bits.perWeight()).isEqualTo(74.0 / 16);
    assertThat(LayerBits.tailed(weights)).isEqualTo(3);
  }

  @Test
  void otherGridsHaveNoTails() {
    List<ChannelGroup> groups = List.of(new ChannelGroup(1, 8, new Grid.Uniform()));
    PackedCodes packed = PackedCodes.pack(groups, 2, new short[][] {{100, -100}});
    Weights weights =
        new Weights(2, groups, new int[0], new float[1], new float[1], packed.codes(), packed.tails());
    assertThat(LayerBits.of(weights)).isEqualTo(new LayerBits(2, 2 * 8, 0));
    assertThat(LayerBits.tailed(weights)).isZero();
  }
}
