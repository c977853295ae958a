package org.ptilmpq.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/**
 * The bits per weight that the codes of neighbouring work need for the error that evenly spaced, entropy-coded levels
 * make of the same weights, each rounded by itself. The weights are drawn from a Laplace distribution, about as
 * heavy-tailed as those of ResNet-50. For what came of these codes, see docs/quantization.md, "Ideas of neighbouring
 * work".
 *
 * <pre>
 * java -cp examples/target/classes org.ptilmpq.examples.CodesCompared [SEED]
 * </pre>
 */
public final class CodesCompared {

  private static final int OUTPUTS = 100;
  private static final int INPUTS = 1000;

  /** The inputs with the largest weights, whose weights are split in halves. */
  private static final int SPLIT = INPUTS / 50;

  /** The worth of a bit, in squares of the step: the slope of the error of fine steps, 2 ln 2 · step²/12. */
  private static final double BIT_WORTH = 2 * Math.log(2) / 12;

  /** Rounds of choosing levels for the weights, and of moving levels to the mean of their weights. */
  private static final int ROUNDS = 12;

  private static final double[] STEPS = {0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.7, 2, 2.4, 2.8};

  /** [output · INPUTS + input], of deviation 1. */
  private final double[] weights;

  /** Evenly spaced levels, each weight at the nearest. */
  private final List<Point> even;

  /**
   * The result of a code at one step.
   *
   * @param bits per weight: the entropy of the levels
   * @param error mean squared error over the variance of the weights
   */
  private record Point(double step, double bits, double error) {}

  /**
   * A code beside evenly spaced levels.
   *
   * @param even bits per weight of evenly spaced levels
   * @param bits per weight of this code at the same error
   */
  record Comparison(String code, double even, double bits) {}

  private CodesCompared(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    weights = new double[OUTPUTS * INPUTS];
    for (int i = 0; i < weights.length; i++) {
      double exponential = -Math.log(1 - random.nextDouble()) / Math.sqrt(2);
      weights[i] = random.nextBoolean() ? exponential : -exponential;
    }
    even = curve(step -> point(step, evenLevels(step), 0, false));
  }

  public static void main(String[] args) {
    long seed = args.length == 0 ? 1 : Long.parseLong(args[0]);
    System.out.println("even    other    change");
    for (Comparison each : compare(seed)) {
      double change = 100 * (each.bits / each.even - 1);
      System.out.printf(Locale.ROOT, "%4.2f    %5.2f   %+5.1f %%   %s%n", each.even, each.bits, change, each.code);
    }
  }

  /** Every code at the errors that evenly spaced levels make with 1.2, 1.7 and 2.2 bits; signs at their own error. */
  static List<Comparison> compare(long seed) {
    CodesCompared codes = new CodesCompared(seed);
    List<Point> powers = curve(step -> codes.point(step / 3, codes.powersOfTwo(step / 3), 0, false));
    List<Point> rateAware = curve(step -> codes.point(step, codes.evenLevels(step), BIT_WORTH, false));
    List<Point> learned = curve(step -> codes.point(step, codes.evenLevels(step), BIT_WORTH, true));
    List<Comparison> all = new ArrayList<>();
    for (double bits : new double[] {1.2, 1.7, 2.2}) {
      double error = Math.exp(interpolated(codes.even, Point::bits, point -> Math.log(point.error), bits));
      double step = interpolated(codes.even, Point::bits, Point::step, bits);
      all.add(new Comparison("powers of two", bits, bitsAt(powers, error)));
      all.add(new Comparison("even levels, chosen by error and bits together", bits, bitsAt(rateAware, error)));
      all.add(new Comparison("learned levels, chosen by error and bits together", bits, bitsAt(learned, error)));
      all.add(new Comparison("a fiftieth of the inputs split in halves", bits, codes.splitBits(step)));
    }
    double mean = Arrays.stream(codes.weights).map(Math::abs).average().orElseThrow();
    double error = Arrays.stream(codes.weights).map(w -> square(Math.abs(w) - mean)).average().orElseThrow();
    all.add(new Comparison("signs and a scale", bitsAt(codes.even, error), 1));
    return all;
  }

  private static List<Point> curve(DoubleFunction<Point> code) {
    return Arrays.stream(STEPS).mapToObj(code).toList();
  }

  private double[] evenLevels(double step) {
    int greatest = (int) Math.ceil(largest() / step);
    return IntStream.rangeClosed(-greatest, greatest).mapToDouble(level -> level * step).toArray();
  }

  /** 0, ±step, ±2 step, ±4 step … */
  private double[] powersOfTwo(double step) {
    int powers = (int) Math.ceil(Math.log(largest() / step) / Math.log(2)) + 1;
    return IntStream.rangeClosed(-powers, powers)
        .mapToDouble(level -> level == 0 ? 0 : Integer.signum(level) * step * Math.scalb(1, Math.abs(level) - 1))
        .toArray();
  }

  private double largest() {
    return Arrays.stream(weights).map(Math::abs).max().orElseThrow();
  }

  /**
   * Gives each weight a level.
   *
   * @param levels ascending
   * @param worth of a bit in squares of the step; 0: the nearest level
   * @param move whether levels move to the mean of their weights, round by round
   */
  private Point point(double step, double[] levels, double worth, boolean move) {
    double[] moved = levels.clone();
    int[] chosen = new int[weights.length];
    for (int i = 0; i < weights.length; i++) {
      chosen[i] = nearest(levels, weights[i]);
    }
    for (int round = 0; round < ROUNDS && worth > 0; round++) {
      double[] bits = bits(chosen, levels.length);
      double[] sums = new double[levels.length];
      int[] counts = new int[levels.length];
      for (int i = 0; i < weights.length; i++) {
        int best = chosen[i];
        for (int each = Math.max(0, best - 1); each <= Math.min(levels.length - 1, chosen[i] + 1); each++) {
          double cost = square(weights[i] - moved[each]) + worth * step * step * bits[each];
          if (cost < square(weights[i] - moved[best]) + worth * step * step * bits[best]) {
            best = each;
          }
        }
        chosen[i] = best;
        sums[best] += weights[i];
        counts[best]++;
      }
      for (int level = 0; move && level < moved.length; level++) {
        moved[level] = counts[level] > 0 ? sums[level] / counts[level] : moved[level];
      }
    }
    double error = IntStream.range(0, weights.length).mapToDouble(i -> square(weights[i] - moved[chosen[i]])).sum();
    return new Point(step, entropy(chosen), error / weights.length);
  }

  private static int nearest(double[] ascending, double value) {
    int at = Arrays.binarySearch(ascending, value);
    if (at >= 0) {
      return at;
    }
    int above = Math.clamp(-1 - at, 1, ascending.length - 1);
    return value - ascending[above - 1] <= ascending[above] - value ? above - 1 : above;
  }

  /** −log₂ of the share of each level; one without weights counts as if it had half a weight. */
  private static double[] bits(int[] chosen, int levels) {
    double[] counts = new double[levels];
    for (int level : chosen) {
      counts[level]++;
    }
    return Arrays.stream(counts).map(count -> Math.log(chosen.length / Math.max(count, 0.5)) / Math.log(2)).toArray();
  }

  /**
   * Bits per weight when the inputs with the largest weights are there twice, with w = ⌊w/2 − step/4⌉ + ⌊w/2 +
   * step/4⌉: the error stays the same (Zhao et al. 2019, arXiv 1901.09504, quantization-aware splitting).
   */
  private double splitBits(double step) {
    List<Integer> inputs = new ArrayList<>(IntStream.range(0, INPUTS).boxed().toList());
    inputs.sort(Comparator.comparingDouble(input -> -largestOf(input)));
    boolean[] split = new boolean[INPUTS];
    inputs.subList(0, SPLIT).forEach(input -> split[input] = true);
    List<Integer> levels = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      double wanted = weights[i] / step;
      if (split[i % INPUTS]) {
        levels.add((int) Math.rint((wanted - 0.5) / 2));
        levels.add((int) Math.rint((wanted + 0.5) / 2));
      } else {
        levels.add((int) Math.rint(wanted));
      }
    }
    return entropy(levels.stream().mapToInt(Integer::intValue).toArray()) * levels.size() / weights.length;
  }

  private double largestOf(int input) {
    return IntStream.range(0, OUTPUTS)
        .mapToDouble(output -> Math.abs(weights[output * INPUTS + input]))
        .max()
        .orElseThrow();
  }

  private static double entropy(int[] levels) {
    Map<Integer, Integer> counts = new HashMap<>();
    for (int level : levels) {
      counts.merge(level, 1, Integer::sum);
    }
    return counts.values().stream()
        .mapToDouble(count -> -(double) count / levels.length * Math.log((double) count / levels.length) / Math.log(2))
        .sum();
  }

  private static double bitsAt(List<Point> curve, double error) {
    return interpolated(curve, point -> -Math.log(point.error), Point::bits, -Math.log(error));
  }

  /** Interpolates linearly between the points on either side of a place, and beyond the last. */
  private static double interpolated(List<Point> curve, Measure place, Measure value, double at) {
    List<Point> rising = curve.stream().sorted(Comparator.comparingDouble(place::of)).toList();
    int above = 1;
    while (above < rising.size() - 1 && place.of(rising.get(above)) < at) {
      above++;
    }
    Point low = rising.get(above - 1);
    Point high = rising.get(above);
    double share = (at - place.of(low)) / (place.of(high) - place.of(low));
    return value.of(low) + share * (value.of(high) - value.of(low));
  }

  @FunctionalInterface
  private interface Measure {
    double of(Point point);
  }

  private static double square(double x) {
    return x * x;
  }
}
