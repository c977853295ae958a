package org.ptilmpq.quantizer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.ChannelGroup;
import org.ptilmpq.format.Grid;
import org.ptilmpq.format.PackedCodes;
import org.ptilmpq.format.Storage;
import org.ptilmpq.format.Weights;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;
import org.ptilmpq.quantizer.report.LayerReport.LayerFigures;
import org.ptilmpq.quantizer.report.LayerReport.OutputErrors;

class MeasuredLayerTest {

  private static final double EXACT = 1e-12;

  /** Four channels of four weights: none, two bits, and two of two bits with tails that take 3 planes at one input. */
  private static final short[][] CODES = {{0, 0, 0, 0}, {-2, 1, 1, -2}, {1, 1, 1, 1}, {0, 1, 13, -1}};

  private static final List<ChannelGroup> GROUPS =
      List.of(
          new ChannelGroup(1, 0, new Grid.Uniform()),
          new ChannelGroup(1, 2, new Grid.HalfStep()),
          new ChannelGroup(2, 2, new Grid.SparseTails()));

  private static final String KIND = "fully connected";

  private static final float[] VALUES = {0, 0, 0, 0, 0, 0, 0, 2, 2, 0, 0, 2, 3, 3, 3, 3};

  @Test
  void aPackedLayersBitsAreItsPlanes() {
    LayerReport layer = measure(Storage.PACKED);
    double tails = 8.0 * weights().tails().byteSize() / 16;
    assertThat(layer.channels().kernel()).containsExactly(2, 0, 2, 2);
    assertThat(layer.channels().disk()).containsExactly(2 + tails, 0.0, 2.0, 2 + tails);
    assertThat(layer.size().diskBits()).isCloseTo((6 + 2 * tails) / 4, within(EXACT));
    assertThat(layer.size().diskBytes()).isEqualTo(123);
  }

  @Test
  void aCompressedLayersBitsAreTheEntropyOfItsCodes() {
    LayerReport layer = measure(Storage.COMPRESSED);
    assertThat(layer.channels().disk()).containsExactly(2.0, 0.0, 1.0, 0.0);
    assertThat(layer.size().diskBits()).isCloseTo(0.75, within(EXACT));
  }

  @Test
  void tailsCostPlanesWhereAnyChannelOfTheBlockHasOne() {
    LayerReport layer = measure(Storage.PACKED);
    // 13 = 1 + 3 · 4, and 3 takes three planes in two's complement: both channels pay for them at one of four inputs.
    assertThat(layer.size().kernelBits()).isCloseTo((0 + 2 + 2 * (2 + 3 / 4.0)) / 4, within(EXACT));
    assertThat(layer.size().tailShare()).isEqualTo(1 / 16.0);
    assertThat(layer.bitOperations(8)).isCloseTo(layer.macs() * layer.size().kernelBits() * 8, within(EXACT));
  }

  @Test
  void stepsAreComparedWithTheSpreadOfTheFloatWeights() {
    // Output channel 2 alone has both codes and a spread, of standard deviation 1; half steps are two scales apart.
    assertThat(measure(Storage.PACKED).stepOverSigma().getAsDouble()).isCloseTo(2 * 0.5 / 1, within(1e-6));
  }

  @Test
  void whatTheWeightsDontTellIsTakenOver() {
    LayerFigures figures =
        new LayerFigures(
            OptionalDouble.of(1), OptionalDouble.of(2), OptionalDouble.of(3), OptionalDouble.of(4), OutputErrors.NONE);
    LayerReport layer = MeasuredLayer.of(conv(1, 1, 4, 1), KIND, weights(), Storage.PACKED, 0, figures);
    assertThat(layer.figures()).isEqualTo(figures);
    OutputErrors errors = new OutputErrors(OptionalDouble.of(6), OptionalDouble.of(7));
    assertThat(figures.withErrors(5, errors).relativeError()).hasValue(5);
    assertThat(figures.withErrors(5, errors).outputErrors()).isEqualTo(errors);
  }

  @Test
  void kindAndShapeAreSaidInWords() {
    assertThat(measure(Storage.PACKED).kind()).isEqualTo(KIND);
    assertThat(measure(Storage.PACKED).shape()).isEqualTo("1×1×4 → 1×1×4");
  }

  @Test
  void packedBytesAreEverythingALayerHas() {
    Weights weights = weights();
    long codes = weights.codes().byteSize() + weights.tails().byteSize();
    assertThat(MeasuredLayer.packedBytes(weights)).isEqualTo(codes + 4 * 4 + 4 * 4 + 4 * 2);
  }

  private static LayerReport measure(Storage storage) {
    return MeasuredLayer.of(conv(1, 1, 4, 1), KIND, weights(), storage, 123, LayerFigures.NONE);
  }

  private static Weights weights() {
    PackedCodes packed = PackedCodes.pack(GROUPS, 4, CODES);
    return new Weights(
        4, GROUPS, new int[] {1, 2, 3, 0}, new float[] {1, 0.5f, 0.25f, 8}, new float[4], packed.codes(),
        packed.tails());
  }

  /** A convolution to four channels on a square input. */
  private static Node.Convolution conv(int side, int window, int inputs, int groups) {
    int weights = inputs * window * window;
    float[] values = new float[4 * weights];
    System.arraycopy(VALUES, 0, values, 0, Math.min(VALUES.length, values.length));
    int out = side - window + 1;
    return new Node.Convolution(
        "layer",
        new Value("x", new Shape(side, side, inputs * groups)),
        Optional.empty(),
        new Value("y", new Shape(out, out, 4)),
        Window.covering(window, window),
        groups,
        new Kernel(4, inputs, window, window, values),
        new float[4],
        new float[0],
        new float[0],
        Clamp.NONE);
  }
}
