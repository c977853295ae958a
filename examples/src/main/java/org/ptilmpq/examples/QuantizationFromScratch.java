package org.ptilmpq.examples;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/**
 * The ideas of docs/quantization.md on one made-up layer, each a few lines: y = W·x with heavy-tailed weights and
 * correlated inputs, as after a ReLU. Every stage has the same bits per weight, so that the errors can be compared;
 * they are measured on held-out inputs. The quantizer itself does the same with more care and at scale.
 *
 * <pre>
 * java -cp examples/target/classes org.ptilmpq.examples.QuantizationFromScratch [SEED]
 * </pre>
 */
public final class QuantizationFromScratch {

  /** Bits of a weight in every stage but the last. */
  static final double BITS = 3;

  private static final double DAMPING = 0.01;

  private final double[][] weights;
  private final double[][] calibration;
  private final double[][] fresh;
  private final double[] deviations;
  private final double[][] covariance;
  private final int outputs;
  private final int inputs;

  /**
   * The result of a stage.
   *
   * @param bits of a weight: the width of fixed codes, the entropy of others
   * @param error mean squared error of the outputs over their variance
   * @param spread standard deviation of the outputs over that of the float layer's, mean of the channels
   */
  record Stage(String name, double bits, double error, double spread) {}

  /** A quantized layer, ŷ = scale · (levels · x) + bias for each output. */
  private record Layer(int[][] levels, double[] scales, double[] biases) {}

  private QuantizationFromScratch(MadeUpLayer layer) {
    weights = layer.weights();
    calibration = layer.calibration();
    fresh = layer.fresh();
    deviations = layer.deviations();
    covariance = layer.covariance(DAMPING);
    outputs = weights.length;
    inputs = covariance.length;
  }

  public static void main(String[] args) {
    long seed = args.length == 0 ? 1 : Long.parseLong(args[0]);
    System.out.println("bits    error   spread");
    for (Stage stage : stages(seed)) {
      String line = "%.2f   %.4f   %.3f    %s";
      System.out.println(String.format(Locale.ROOT, line, stage.bits, stage.error, stage.spread, stage.name));
    }
  }

  /** All stages, for a layer and inputs made from a seed. */
  static List<Stage> stages(long seed) {
    return new QuantizationFromScratch(MadeUpLayer.of(seed)).stages();
  }

  private List<Stage> stages() {
    List<Stage> stages = new ArrayList<>();
    Layer fixed = fixedWidth((int) BITS);
    stages.add(stage("fixed width, best clipping, nearest levels", BITS, fixed));
    Layer nearest = atBits(BITS, this::nearest);
    stages.add(stage("nothing clipped, entropy-coded, nearest levels", bits(nearest), nearest));
    Layer secondOrder = atBits(BITS, this::secondOrder);
    stages.add(stage("later weights make up for earlier ones", bits(secondOrder), secondOrder));
    Layer matched = matched(secondOrder);
    stages.add(stage("means and variances of outputs matched", bits(matched), matched));
    stages.add(asGoodAs(stages.getFirst().error));
    return stages;
  }

  /** All ideas together, with as few bits as keep to an error. */
  private Stage asGoodAs(double error) {
    double low = 0.5;
    double high = BITS;
    while (high - low > 0.01) {
      double middle = (low + high) / 2;
      Layer layer = matched(atBits(middle, this::secondOrder));
      if (stage("", middle, layer).error > error) {
        low = middle;
      } else {
        high = middle;
      }
    }
    Layer layer = matched(atBits(high, this::secondOrder));
    return stage("all of that at the error of the first line", bits(layer), layer);
  }

  /** Codes of equal length: the scale of each channel trades clipped weights against coarse steps. */
  private Layer fixedWidth(int width) {
    int least = -(1 << width - 1);
    int greatest = -least - 1;
    int[][] levels = new int[outputs][inputs];
    double[] scales = new double[outputs];
    for (int c = 0; c < outputs; c++) {
      double leastError = Double.POSITIVE_INFINITY;
      for (double scale = 0.2 * deviations[c]; scale < 4 * deviations[c]; scale *= 1.02) {
        double error = 0;
        int[] found = new int[inputs];
        for (int k = 0; k < inputs; k++) {
          found[k] = Math.clamp(Math.round(weights[c][k] / scale), least, greatest);
          double d = weights[c][k] - scale * found[k];
          error += d * d * covariance[k][k];
        }
        if (error < leastError) {
          leastError = error;
          levels[c] = found;
          scales[c] = scale;
        }
      }
    }
    return new Layer(levels, scales, new double[outputs]);
  }

  /** The layer whose steps, the same share of each channel's deviation, give codes of this many bits. */
  private Layer atBits(double bits, DoubleFunction<Layer> atStep) {
    double fine = 0.01;
    double coarse = 10;
    for (int i = 0; i < 20; i++) {
      double middle = Math.sqrt(fine * coarse);
      if (bits(atStep.apply(middle)) > bits) {
        fine = middle;
      } else {
        coarse = middle;
      }
    }
    return atStep.apply(coarse);
  }

  /** Rounds every weight by itself; no level is too large. */
  private Layer nearest(double step) {
    int[][] levels = new int[outputs][inputs];
    double[] scales = new double[outputs];
    for (int c = 0; c < outputs; c++) {
      scales[c] = step * deviations[c];
      for (int k = 0; k < inputs; k++) {
        levels[c][k] = (int) Math.rint(weights[c][k] / scales[c]);
      }
    }
    return new Layer(levels, scales, new double[outputs]);
  }

  /**
   * Rounds one input after the other, those that vary most first; the inputs still to come make up for what the error
   * of each does to the outputs, as far as they correlate with it (Frantar et al., arXiv 2208.11580 and 2210.17323).
   */
  private Layer secondOrder(double step) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, inputs).boxed().toList());
    order.sort(Comparator.comparingDouble(k -> -covariance[k][k]));
    double[][] inverse = inverse(covariance);
    double[][] left = new double[outputs][];
    Layer layer = nearest(step);
    for (int c = 0; c < outputs; c++) {
      left[c] = weights[c].clone();
    }
    for (int j : order) {
      double pivot = inverse[j][j];
      for (int c = 0; c < outputs; c++) {
        layer.levels[c][j] = (int) Math.rint(left[c][j] / layer.scales[c]);
        double error = (left[c][j] - layer.scales[c] * layer.levels[c][j]) / pivot;
        for (int k = 0; k < inputs; k++) {
          left[c][k] -= error * inverse[j][k];
        }
      }
      // Input j is settled: what is left is the inverse for the others alone, with zeros in row and column j.
      double[] row = inverse[j].clone();
      for (int i = 0; i < inputs; i++) {
        for (int k = 0; k < inputs; k++) {
          inverse[i][k] -= row[i] * row[k] / pivot;
        }
      }
    }
    return layer;
  }

  /** Inverts a symmetric positive definite matrix by Gauss-Jordan elimination in place. */
  private static double[][] inverse(double[][] matrix) {
    int n = matrix.length;
    double[][] a = IntStream.range(0, n).mapToObj(i -> matrix[i].clone()).toArray(double[][]::new);
    for (int p = 0; p < n; p++) {
      double pivot = a[p][p];
      a[p][p] = 1;
      for (int k = 0; k < n; k++) {
        a[p][k] /= pivot;
      }
      for (int i = 0; i < n; i++) {
        double factor = a[i][p];
        if (i != p) {
          a[i][p] = 0;
          for (int k = 0; k < n; k++) {
            a[i][k] -= factor * a[p][k];
          }
        }
      }
    }
    return a;
  }

  /** The same codes; scale and bias give each output the mean and the deviation that it has in the float layer. */
  private Layer matched(Layer layer) {
    double[] scales = layer.scales.clone();
    double[] biases = layer.biases.clone();
    for (int c = 0; c < outputs; c++) {
      double[] wanted = meanAndDeviation(weights[c], calibration, 1, 0);
      double[] real = IntStream.of(layer.levels[c]).asDoubleStream().toArray();
      double[] found = meanAndDeviation(real, calibration, layer.scales[c], layer.biases[c]);
      double gain = found[1] > 0 ? wanted[1] / found[1] : 1;
      scales[c] *= gain;
      biases[c] = wanted[0] - gain * (found[0] - layer.biases[c]);
    }
    return new Layer(layer.levels, scales, biases);
  }

  private static double[] meanAndDeviation(double[] row, double[][] samples, double scale, double bias) {
    double sum = 0;
    double squares = 0;
    for (double[] x : samples) {
      double y = bias;
      for (int k = 0; k < x.length; k++) {
        y += scale * row[k] * x[k];
      }
      sum += y;
      squares += y * y;
    }
    double mean = sum / samples.length;
    return new double[] {mean, Math.sqrt(Math.max(0, squares / samples.length - mean * mean))};
  }

  /** Entropy of the levels: bits per weight that a good coder comes close to. */
  private double bits(Layer layer) {
    Map<Integer, Integer> counts = new HashMap<>();
    for (int[] row : layer.levels) {
      for (int level : row) {
        counts.merge(level, 1, Integer::sum);
      }
    }
    double total = (double) outputs * inputs;
    return counts.values().stream().mapToDouble(n -> -n / total * Math.log(n / total) / Math.log(2)).sum();
  }

  /** Measures a layer on the fresh inputs. */
  private Stage stage(String name, double bits, Layer layer) {
    double errors = 0;
    double variances = 0;
    double spread = 0;
    for (int c = 0; c < outputs; c++) {
      double[] wanted = meanAndDeviation(weights[c], fresh, 1, 0);
      double[] real = IntStream.of(layer.levels[c]).asDoubleStream().toArray();
      double[] found = meanAndDeviation(real, fresh, layer.scales[c], layer.biases[c]);
      double[] difference = new double[inputs];
      for (int k = 0; k < inputs; k++) {
        difference[k] = layer.scales[c] * layer.levels[c][k] - weights[c][k];
      }
      double[] off = meanAndDeviation(difference, fresh, 1, layer.biases[c]);
      errors += off[0] * off[0] + off[1] * off[1];
      variances += wanted[1] * wanted[1];
      spread += found[1] / wanted[1] / outputs;
    }
    return new Stage(name, bits, errors / variances, spread);
  }
}
