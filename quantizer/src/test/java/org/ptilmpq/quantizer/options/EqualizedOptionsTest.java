package org.ptilmpq.quantizer.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.Storage;

class EqualizedOptionsTest {

  private static final Method SIZE = new Method.Best(new Target.FileSize(1_000));
  private static final Method WIDTH = new Method.Best(new Target.Width(8));
  private static final Method SHARE = new Method.Best(new Target.Share(0.5, 4, 2));
  private static final Method PAPER = new Method.Ptilmpq(0.5, 4, 2, Method.ChannelCriterion.ERROR);

  @Test
  void channelsAreEqualizedWhereLevelsHaveUnequalLengths() {
    assertThat(options(SIZE, Storage.COMPRESSED, Effort.BALANCED).equalized()).isTrue();
    assertThat(options(SHARE, Storage.COMPRESSED, Effort.FAST).equalized()).isTrue();
    assertThat(options(SHARE, Storage.PACKED, Effort.BEST).equalized()).isTrue();
    assertThat(options(SIZE, Storage.PACKED, Effort.BALANCED).equalized()).isFalse();
    assertThat(options(WIDTH, Storage.COMPRESSED, Effort.BALANCED).equalized()).isFalse();
    assertThat(options(PAPER, Storage.COMPRESSED, Effort.BALANCED).equalized()).isFalse();
    assertThat(options(SIZE, Storage.COMPRESSED, Effort.BALANCED.withEqualization(false)).equalized()).isFalse();
  }

  private static QuantizerOptions options(Method method, Storage storage, Effort effort) {
    return QuantizerOptions.of(Path.of("model.onnx"), Path.of("model.pq"))
        .method(method)
        .storage(storage)
        .effort(effort)
        .build();
  }
}
