package org.ptilmpq.quantizer.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.reference.FloatExecutor;
import org.ptilmpq.quantizer.reference.RandomNetwork;

/** A network and what equalization made of it, on the pictures that were measured and some others. */
final class SideBySide {

  /** Greatest difference of two sums in floats that should be equal, in units of the largest element of the value. */
  private static final double ROUNDING = 1e-5;

  private static final int MEASURED = 4;
  private static final int OTHERS = 2;
  private static final double MOST = 16;

  private final FloatGraph original;
  private final FloatGraph equalized;
  private final List<Map<Value, float[]>> before = new ArrayList<>();
  private final List<Map<Value, float[]>> after = new ArrayList<>();

  private SideBySide(FloatGraph original, List<float[]> pictures) {
    this.original = original;
    Map<Value, ChannelMoments> moments = new HashMap<>();
    pictures.forEach(picture -> before.add(values(original, picture)));
    for (Value value : read()) {
      ChannelMoments ofValue = new ChannelMoments(value.shape().channels());
      before.subList(0, MEASURED).forEach(values -> ofValue.add(values.get(value)));
      moments.put(value, ofValue);
    }
    equalized = ChannelEqualization.equalize(original, moments);
    pictures.forEach(picture -> after.add(values(equalized, picture)));
  }

  static SideBySide of(FloatGraph graph, RandomGenerator random) {
    FloatGraph alive = graph.withNodes(graph.nodes());
    List<float[]> pictures = new ArrayList<>();
    for (int i = 0; i < MEASURED + OTHERS; i++) {
      pictures.add(RandomNetwork.picture(alive, random));
    }
    return new SideBySide(alive, pictures);
  }

  FloatGraph original() {
    return original;
  }

  FloatGraph equalized() {
    return equalized;
  }

  private static Map<Value, float[]> values(FloatGraph graph, float[] picture) {
    Map<Value, float[]> values = new HashMap<>();
    new FloatExecutor(graph).run(picture, (value, elements) -> values.put(value, elements.clone()));
    return values;
  }

  private Set<Value> read() {
    return original.convolutions().stream().map(Node.Convolution::input).collect(Collectors.toSet());
  }

  /** Returns the factor of a channel, by least squares; NaN when it is 0 in all pictures. */
  double factor(Value value, int channel) {
    int channels = value.shape().channels();
    double products = 0;
    double squares = 0;
    for (int picture = 0; picture < before.size(); picture++) {
      float[] was = before.get(picture).get(value);
      float[] is = after.get(picture).get(value);
      for (int i = channel; i < was.length; i += channels) {
        products += (double) was[i] * is[i];
        squares += (double) was[i] * was[i];
      }
    }
    return products / squares;
  }

  /** Returns a factor's relative uncertainty: large for a channel that is nearly nothing beside the others. */
  private double uncertainty(Value value, int channel) {
    return ROUNDING * largest(before, value) / Math.sqrt(meanSquare(before, value, channel));
  }

  private double[] factors(Value value) {
    double[] factors = new double[value.shape().channels()];
    for (int c = 0; c < factors.length; c++) {
      factors[c] = factor(value, c);
    }
    return factors;
  }

  /** Returns how many channels of a value were scaled. */
  int scaled(Value value) {
    int scaled = 0;
    for (double factor : factors(value)) {
      scaled += Math.abs(factor - 1) > 0.01 ? 1 : 0;
    }
    return scaled;
  }

  /** Checks everything that holds for any network; returns how many channels were scaled. */
  int check() {
    assertThat(equalized.values()).isEqualTo(original.values());
    scoresAreTheSame();
    channelsAreScaledAsAWhole();
    for (Node node : original.nodes()) {
      checkAround(node);
    }
    assertKept(original.input());
    assertKept(original.output());
    ScalingGroups.of(original).forEach(this::assertEqualized);
    return original.values().stream().mapToInt(this::scaled).sum();
  }

  private void scoresAreTheSame() {
    double largest = largest(before, original.output());
    for (int picture = 0; picture < before.size(); picture++) {
      float[] wanted = before.get(picture).get(original.output());
      float[] found = after.get(picture).get(original.output());
      for (int c = 0; c < wanted.length; c++) {
        assertThat((double) found[c]).as("score %d", c).isCloseTo(wanted[c], within(1e-4 * largest));
      }
    }
  }

  private void channelsAreScaledAsAWhole() {
    for (Value value : original.values()) {
      double[] factors = factors(value);
      double largest = largest(before, value);
      for (int picture = 0; picture < before.size(); picture++) {
        float[] was = before.get(picture).get(value);
        float[] is = after.get(picture).get(value);
        for (int i = 0; i < was.length; i++) {
          double factor = factors[i % factors.length];
          double expected = Double.isNaN(factor) ? 0 : factor * was[i];
          double rounding = ROUNDING * largest * (Double.isNaN(factor) ? 1 : factor);
          assertThat((double) is[i]).as("element %d of %s", i, value).isCloseTo(expected, within(rounding));
        }
      }
    }
  }

  private static double largest(List<Map<Value, float[]>> values, Value value) {
    double largest = 0;
    for (Map<Value, float[]> ofPicture : values) {
      for (float element : ofPicture.get(value)) {
        largest = Math.max(largest, Math.abs(element));
      }
    }
    return largest;
  }

  private void checkAround(Node node) {
    float low = node.clamp().low();
    float high = node.clamp().high();
    if (low != 0 && Float.isFinite(low) || high != 0 && Float.isFinite(high)) {
      assertKept(node.output());
    }
    switch (node) {
      case Node.Convolution conv -> conv.residual().ifPresent(residual -> assertTogether(residual, conv.output()));
      case Node.Addition add -> {
        assertTogether(add.left(), add.output());
        assertTogether(add.right(), add.output());
      }
      case Node.Slice slice when slice.startC() > 0 || slice.strideC() > 1 -> assertBothKept(slice);
      case Node.Padding padding when padding.padFront() > 0 -> assertBothKept(padding);
      case Node other -> {
        Value input = other.inputs().getFirst();
        if (input.shape().channels() == other.output().shape().channels()) {
          assertTogether(input, other.output());
        } else {
          assertBothKept(other);
        }
      }
    }
  }

  private void assertBothKept(Node node) {
    assertKept(node.inputs().getFirst());
    assertKept(node.output());
  }

  /** Checks that no channel of a value was scaled. */
  void assertKept(Value value) {
    double[] factors = factors(value);
    for (int c = 0; c < factors.length; c++) {
      if (!Double.isNaN(factors[c])) {
        assertThat(factors[c])
            .as("factor of channel %d of %s", c, value)
            .isCloseTo(1, within(uncertainty(value, c)));
      }
    }
  }

  /** Checks that two values have the same factors. */
  void assertTogether(Value a, Value b) {
    double[] left = factors(a);
    double[] right = factors(b);
    for (int c = 0; c < left.length; c++) {
      if (!Double.isNaN(left[c]) && !Double.isNaN(right[c])) {
        assertThat(left[c])
            .as("factor of channel %d of %s and %s", c, a, b)
            .isCloseTo(right[c], within((uncertainty(a, c) + uncertainty(b, c)) * right[c]));
      }
    }
  }

  /**
   * Checks that the mean squares of a group's channels are equal, or with a ReLU half way to being so, except those
   * that would have had to be scaled by more than 16; where convolutions read several values of the group, sums of them
   * in units of each value's mean before.
   */
  private void assertEqualized(List<Value> group) {
    int channels = group.getFirst().shape().channels();
    double[] was = new double[channels];
    double[] is = new double[channels];
    double[] uncertainty = new double[channels];
    for (Value value : group.stream().filter(read()::contains).toList()) {
      double mean = 0;
      for (int c = 0; c < channels; c++) {
        mean += meanSquare(before, value, c) / channels;
      }
      for (int c = 0; c < channels && mean > 0; c++) {
        was[c] += meanSquare(before, value, c) / mean;
        is[c] += meanSquare(after, value, c) / mean;
        uncertainty[c] = Math.max(uncertainty[c], uncertainty(value, c));
      }
    }
    double logarithms = 0;
    int alive = 0;
    for (double square : was) {
      logarithms += square > 0 ? Math.log(square) : 0;
      alive += square > 0 ? 1 : 0;
    }
    double level = Math.exp(logarithms / alive);
    boolean rectified =
        original.nodes().stream().anyMatch(node -> group.contains(node.output()) && node.clamp().low() == 0);
    for (int c = 0; c < channels; c++) {
      if (was[c] > 0) {
        double squared = rectified ? Math.sqrt(level / was[c]) : level / was[c];
        double wanted = was[c] * Math.clamp(squared, 1 / MOST / MOST, MOST * MOST);
        assertThat(is[c])
            .as("squares of channel %d of %s", c, group)
            .isCloseTo(wanted, within(2 * uncertainty[c] * wanted));
      }
    }
  }

  /** Returns the mean square in the pictures that were measured. */
  private static double meanSquare(List<Map<Value, float[]>> values, Value value, int channel) {
    double sum = 0;
    int count = 0;
    for (Map<Value, float[]> ofPicture : values.subList(0, MEASURED)) {
      float[] elements = ofPicture.get(value);
      for (int i = channel; i < elements.length; i += value.shape().channels()) {
        sum += (double) elements[i] * elements[i];
        count++;
      }
    }
    return sum / count;
  }
}
