package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OperationTest {

  private final PqModel model = GoldenModel.model();

  @Test
  void kindsAreSaidInWords() {
    assertThat(model.operations().stream().map(operation -> operation.kind(model)))
        .containsExactly(
            "convolution 3×3",
            "max pooling 2×2",
            "slice",
            "padding",
            "depthwise 3×3",
            "grouped convolution 1×1",
            "convolution 3×3",
            "addition",
            "rescale",
            "average pooling 4×4",
            "fully connected");
  }

  @Test
  void aKernelAsLargeAsItsInputIsFullyConnectedUnlessItIsPadded() {
    PqModel padded = With.operation(model, GoldenModel.CLASSIFIER, "padTop", 1);
    assertThat(padded.operations().get(GoldenModel.CLASSIFIER).kind(padded)).isEqualTo("convolution 1×1");
  }
}
