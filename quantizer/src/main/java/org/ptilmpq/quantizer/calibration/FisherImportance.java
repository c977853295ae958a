package org.ptilmpq.quantizer.calibration;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.reference.GradientExecutor;
import org.ptilmpq.quantizer.reference.Softmax;

/**
 * The cost of an error in each output channel of each convolution, as Fisher information of the network's own answers:
 * no labels are needed.
 *
 * <p>Let y be a convolution's own result (before residual and clamp), z(y) the scores that follow from it and p =
 * softmax z. Noise ε added to y moves the answer by {@code KL(p ‖ p̂)}. That is 0 with zero slope at ε = 0, and its
 * second derivative there is the Fisher information {@code F = E_{k∼p}[∇_y log p_k (∇_y log p_k)ᵀ] = Jᵀ (diag p − p pᵀ)
 * J}, J = ∂z/∂y (Kullback, Information Theory and Statistics, 1959, chapter 2). So {@code KL ≈ ½ εᵀ F ε}; for noise
 * of mean 0 that is uncorrelated between positions, channels and layers the expectation keeps F's diagonal alone:
 *
 * <pre>
 *   E KL(p ‖ p̂) ≈ ½ Σ_layers Σ_c g_c · MSE_c,      g_c = E_x Σ_positions E_{k∼p} (∂ log p_k / ∂ y_{c,position})²
 * </pre>
 *
 * with MSE_c the mean squared error of channel c's result at a position. The factor ½ is not in g. The unit of g is
 * nats over the square of the channel's unit: a channel whose weights and bias are doubled, halved again by its
 * readers, has a quarter of g. Errors of quantized weights do correlate between positions, so the prediction is one of
 * proportions: with weights rounded to nearest, and the mean error taken out, the divergence measured for a layer alone
 * ({@link OutputDivergence}) was most often between a third of it and four times it on ResNet-50, MobileNetV2 and
 * ResNet-20, but an eighth and fourteen times occurred, the latter in the last layers before the average pooling. Where
 * both are known, the ratio of the two corrects the layer's g.
 *
 * <p>This is the sensitivity of HAWQ (arXiv 1905.03696, 1911.03852: trace of the loss's Hessian) for activations
 * instead of weights, with the Hessian of the output's divergence, which ZeroQ (arXiv 2001.00281) measures, instead of
 * a labelled loss's; at the network's own answers that Hessian is F exactly.
 */
public final class FisherImportance {

  /**
   * With 64 pictures and MobileNetV2 two draws leave a root mean square error of 5 to 10 % of a layer's channels
   * against 32 draws, 12 to 27 % in its last convolutions and 83 % in its classifier of 1,000 classes; one draw leaves
   * 2 to 15, 24 to 59 and 127 %. Where few pictures are used more draws help; else more pictures help more.
   */
  public static final int DEFAULT_DRAWS = 2;

  private static final long SEED = 0x5EED_F15E;

  private final FloatGraph graph;
  private final GradientExecutor executor;
  private final List<Node.Convolution> convolutions;
  private final Map<Node.Convolution, Integer> numbers = new HashMap<>();
  private final int draws;

  private FisherImportance(FloatGraph graph, int draws) {
    this.graph = graph;
    this.executor = new GradientExecutor(graph);
    this.convolutions = graph.convolutions();
    for (Node.Convolution convolution : convolutions) {
      numbers.put(convolution, numbers.size());
    }
    this.draws = draws;
  }

  /**
   * Measures g of every convolution. The expectation over classes is estimated without bias from a few draws per
   * picture ({@link ClassSampler}), seeded by the picture's number: the same inputs give the same result, whatever the
   * number of threads.
   *
   * @param pictures how many
   * @param inputs the network's input for each of them, height × width × channels; called from several threads
   * @param draws classes drawn per picture, at least 1; each costs one backward pass, about as long as the forward one
   * @return for each convolution, in execution order, g of each output channel; 0 where the output doesn't depend on it
   * @throws ArithmeticException when the network computes something that isn't a finite number
   * @throws java.util.concurrent.CancellationException when the calling thread is interrupted
   */
  public static Map<Node.Convolution, float[]> measure(
      FloatGraph graph, int pictures, IntFunction<float[]> inputs, int draws, OrderedWork work, Progress progress) {
    if (pictures < 1 || draws < 1) {
      throw new IllegalArgumentException(pictures + " pictures, " + draws + " draws");
    }
    return new FisherImportance(graph, draws).measure(pictures, inputs, work, progress);
  }

  private Map<Node.Convolution, float[]> measure(
      int pictures, IntFunction<float[]> inputs, OrderedWork work, Progress progress) {
    progress.stage("measuring importance", pictures);
    double[][] total = zeros();
    work.run(
        pictures,
        picture -> squaredGradients(inputs.apply(picture), picture),
        (picture, squares) -> {
          for (int layer = 0; layer < total.length; layer++) {
            for (int c = 0; c < total[layer].length; c++) {
              total[layer][c] += squares[layer][c];
            }
          }
          progress.step();
        });
    Map<Node.Convolution, float[]> importance = new LinkedHashMap<>();
    for (int layer = 0; layer < total.length; layer++) {
      float[] mean = new float[total[layer].length];
      for (int c = 0; c < mean.length; c++) {
        mean[c] = (float) (total[layer][c] / ((double) pictures * draws));
      }
      importance.put(convolutions.get(layer), mean);
    }
    return Collections.unmodifiableMap(importance);
  }

  private double[][] zeros() {
    return convolutions.stream().map(conv -> new double[conv.kernel().outputs()]).toArray(double[][]::new);
  }

  /** Returns one picture's squared gradients, summed over positions and draws: [convolution][channel]. */
  private double[][] squaredGradients(float[] input, int picture) {
    double[][] sums = zeros();
    try (GradientExecutor.Pass pass = executor.forward(input)) {
      ClassSampler sampler = new ClassSampler(Softmax.probabilities(pass.output()));
      if (!Double.isFinite(sampler.trace())) {
        throw new ArithmeticException(
            "the scores " + graph.output() + " of picture " + picture + " are not finite numbers");
      }
      if (sampler.trace() > 0) {
        for (float[] vector : sampler.draw(draws, new SplittableRandom(SEED + picture))) {
          // For a single output the second component is that of a constant, the score of absence.
          pass.backward(
              Arrays.copyOf(vector, pass.output().length),
              (conv, gradient) -> addSquares(gradient, sums[numbers.get(conv)]));
        }
      }
    }
    return sums;
  }

  private static void addSquares(float[] gradient, double[] sums) {
    for (int at = 0; at < gradient.length; at += sums.length) {
      for (int c = 0; c < sums.length; c++) {
        double value = gradient[at + c];
        sums[c] += value * value;
      }
    }
  }
}
