package org.ptilmpq.quantizer.calibration;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node.Convolution;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.reference.ReplacingExecutor;
import org.ptilmpq.quantizer.reference.ReplacingExecutor.Replacement;
import org.ptilmpq.quantizer.reference.Softmax;

/**
 * Importance of layers without labels: how far the network's answer moves when one layer alone is quantized,
 *
 * <pre>
 *   S_l = E_x KL( softmax f(x) ‖ softmax f_l(x) )
 * </pre>
 *
 * in nats, f the float network and f_l the same with other weights in layer l. This is the sensitivity of ZeroQ
 * (arXiv 2001.00281, there with synthetic pictures). PTILMPQ's Phase 1 starts by ranking layers; its abstract
 * (arXiv 2404.02947) doesn't say how it measures them and the full text was not available, so this stands in.
 */
public final class OutputDivergence {

  private OutputDivergence() {}

  /**
   * Measures each candidate alone. A picture costs one run, and for each candidate the part of a run from its layer on:
   * about half a run on average. The candidates' weights are held in memory once more.
   *
   * @param pictures how many
   * @param inputs the network's input for each of them, height × width × channels; called from several threads
   * @param candidates of layers of this graph, any number per layer
   * @return mean divergence of each candidate, in their order; the same whatever the number of threads
   * @throws ArithmeticException when the network computes something that isn't a finite number
   * @throws java.util.concurrent.CancellationException when the calling thread is interrupted
   */
  public static double[] measure(
      FloatGraph graph,
      int pictures,
      IntFunction<float[]> inputs,
      List<Candidate> candidates,
      OrderedWork work,
      Progress progress) {
    if (pictures < 1) {
      throw new IllegalArgumentException(pictures + " pictures");
    }
    progress.stage("measuring layers", pictures);
    ReplacingExecutor executor = new ReplacingExecutor(graph);
    List<Replacement> replacements =
        candidates.stream().map(c -> executor.replacement(c.layer(), c.convolution())).toList();
    double[] sums = new double[candidates.size()];
    work.run(
        pictures,
        picture -> divergences(executor, inputs.apply(picture), replacements),
        (picture, divergences) -> {
          for (int i = 0; i < sums.length; i++) {
            if (!Double.isFinite(divergences[i])) {
              throw new ArithmeticException(
                  "the scores of picture " + picture + " are not finite numbers, as they are or with layer '"
                      + candidates.get(i).layer().name() + "' replaced");
            }
            sums[i] += divergences[i];
          }
          progress.step();
        });
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= pictures;
    }
    return sums;
  }

  private static double[] divergences(
      ReplacingExecutor executor, float[] input, List<Replacement> replacements) {
    try (ReplacingExecutor.Pass pass = executor.forward(input)) {
      return replacements.stream()
          .mapToDouble(replacement -> Softmax.divergence(pass.output(), pass.output(replacement)))
          .toArray();
    }
  }

  /**
   * Other weights for a layer, in floats: rounded ones, dequantized. Its own result becomes {@code (ŵ ∗ x + bias) ·
   * gain + shift}.
   *
   * @param layer the convolution of the float network
   * @param kernel ŵ, of the same shape as the layer's own
   * @param gain one per output channel
   * @param shift one per output channel
   */
  public record Candidate(Convolution layer, Kernel kernel, float[] gain, float[] shift) {

    public Candidate {
      Kernel own = layer.kernel();
      boolean alike =
          kernel.outputs() == own.outputs()
              && kernel.inputs() == own.inputs()
              && kernel.height() == own.height()
              && kernel.width() == own.width();
      if (!alike || gain.length != own.outputs() || shift.length != own.outputs()) {
        throw new IllegalArgumentException("weights, gains or shifts don't fit layer '" + layer.name() + "'");
      }
    }

    /** Returns a candidate with gain 1 and shift 0. */
    public static Candidate of(Convolution layer, Kernel kernel) {
      float[] gain = new float[kernel.outputs()];
      Arrays.fill(gain, 1);
      return new Candidate(layer, kernel, gain, new float[kernel.outputs()]);
    }

    /** Returns the layer with these weights, gain and shift taken into weights and bias. */
    Convolution convolution() {
      return new ChannelGains(gain, shift).applied(layer.withWeights(kernel, layer.bias()));
    }
  }
}
