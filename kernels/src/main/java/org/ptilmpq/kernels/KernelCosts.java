package org.ptilmpq.kernels;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the steps of convolutions take on a machine: nanoseconds for one output pixel and a vector of 16-bit lanes' output
 * channels, on one thread. Results don't depend on them, only which of the exact products computes a layer, and what time a
 * layer is expected to take. {@code docs/kernels.md} says what each step is.
 *
 * @param bits width of the vectors
 * @param lookUp one plane of a group of inputs
 * @param table building the sums of a group of inputs, for all output channels
 * @param lookUpRun taking a run of look-ups to 32 bits
 * @param lookUpPlane what each plane adds to that
 * @param tail an input with sparse tails
 * @param shortInput multiplying one input in 16-bit lanes
 * @param shortRun ending a run of 16-bit sums
 * @param floatInput multiplying one input in fp32 lanes
 * @param output requantizing, and putting channels in order
 */
public record KernelCosts(
    int bits,
    double lookUp,
    double table,
    double lookUpRun,
    double lookUpPlane,
    double tail,
    double shortInput,
    double shortRun,
    double floatInput,
    double output) {

  private static final String BITS = "bits";

  /** Σ |level| of a run of 16-bit sums, and inputs of one, at most. */
  private static final int MOST_IN_A_RUN = 254;

  private static final int LONGEST_RUN = 256;

  public KernelCosts {
    if (bits != 128 && bits != 256 && bits != 512) {
      throw new IllegalArgumentException("vectors have 128, 256 or 512 bits, not " + bits);
    }
  }

  /**
   * Costs to go by where none were measured: those of a Zen 4 core at 3.7 GHz with vectors of so many bits. What counts are
   * their ratios, which differ less between machines than the costs themselves.
   *
   * @param bits of the machine's vectors; the widest there are costs for that are no wider, 128 at least
   */
  public static KernelCosts standard(int bits) {
    return switch (Math.clamp(Integer.highestOneBit(bits), 128, 512)) {
      case 512 -> new KernelCosts(512, 0.39, 2.3, 2.3, 1.25, 0.45, 0.33, 0.68, 0.58, 11);
      case 256 -> new KernelCosts(256, 0.21, 2.1, 1.3, 0.7, 0.5, 0.19, 0.64, 0.29, 6);
      default -> new KernelCosts(128, 0.21, 1.2, 1.2, 0.7, 0.5, 0.18, 0.67, 0.35, 4);
    };
  }

  /**
   * The costs that {@link #values} gave.
   *
   * @throws IllegalArgumentException naming a value that is missing, unknown, or no positive number
   */
  public static KernelCosts of(Map<String, Double> values) {
    Map<String, Double> left = new LinkedHashMap<>(values);
    double bits = take(left, BITS);
    KernelCosts costs =
        new KernelCosts(
            (int) bits,
            take(left, "look-up"),
            take(left, "table"),
            take(left, "look-up-run"),
            take(left, "look-up-plane"),
            take(left, "tail"),
            take(left, "16-bit-input"),
            take(left, "16-bit-run"),
            take(left, "fp32-input"),
            take(left, "output"));
    if (!left.isEmpty()) {
      throw new IllegalArgumentException("there is no kernel cost \"" + left.keySet().iterator().next() + "\"");
    }
    return costs;
  }

  private static double take(Map<String, Double> left, String name) {
    Double value = left.remove(name);
    if (value == null) {
      throw new IllegalArgumentException("the kernel cost \"" + name + "\" is missing");
    }
    if (!(value > 0 && value < 1e6)) {
      throw new IllegalArgumentException("the kernel cost \"" + name + "\" must be above 0 and below 1000000, not " + value);
    }
    return value;
  }

  /**
   * What a convolution may be expected to take before its weights are quantized, on one thread.
   *
   * @param pixels of its output
   * @param inputs weights of one output channel
   * @param channels of its output
   * @param planes mean bits of a weight in the planes of its blocks
   * @param magnitude mean |level| of the channels that have the largest ones
   * @return nanoseconds
   */
  public double convolution(long pixels, int inputs, int channels, double planes, double magnitude) {
    double vectors = Math.ceil(channels / (bits / 16.0));
    double run = Math.clamp(MOST_IN_A_RUN / Math.max(magnitude, 1e-3), 1, LONGEST_RUN);
    double product = Math.min(floatInput * inputs, shortInput * inputs + shortRun * Math.ceil(inputs / run));
    if (bits > 128) {
      int together = bits == 512 ? 5 : 4;
      double runs = Math.ceil((double) inputs / LONGEST_RUN);
      double lookUps = lookUp * planes * inputs / together + runs * (lookUpRun + lookUpPlane * planes);
      // A table serves all vectors and, of a larger kernel, several taps.
      product = Math.min(product, lookUps + table * inputs / together / vectors);
    }
    return pixels * vectors * (product + output);
  }

  /** Each cost by its name, as profiles write them. */
  public Map<String, Double> values() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(BITS, (double) bits);
    values.put("look-up", lookUp);
    values.put("table", table);
    values.put("look-up-run", lookUpRun);
    values.put("look-up-plane", lookUpPlane);
    values.put("tail", tail);
    values.put("16-bit-input", shortInput);
    values.put("16-bit-run", shortRun);
    values.put("fp32-input", floatInput);
    values.put("output", output);
    return values;
  }
}
