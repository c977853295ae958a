package org.ptilmpq.quantizer.datafree;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.quantizer.calibration.ActivationGrid;
import org.ptilmpq.quantizer.calibration.ActivationGrids;
import org.ptilmpq.quantizer.calibration.Calibration;
import org.ptilmpq.quantizer.calibration.Calibrator;
import org.ptilmpq.quantizer.calibration.InputReader;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.options.QuantizationException;

/**
 * Everything that quantization needs to know, without a real picture: synthetic pictures, the network renormalized on
 * them where it had batch norms, its statistics, and ranges widened by what the norms vouch for.
 *
 * <p>Quantization then proceeds as with real pictures, but with {@code renormalized.graph()} in place of the network,
 * until scales and biases are written: these go through {@link #restored}.
 *
 * @param renormalized the network to quantize, and the way back
 * @param pictures the synthetic ones that {@code calibration} was counted on
 * @param calibration of {@code renormalized.graph()}
 * @param grids of every value but the scores
 */
public record DataFreeCalibration(
    Renormalized renormalized,
    SyntheticPictures pictures,
    Calibration calibration,
    Map<Value, ActivationGrid> grids) {

  /** Memory in bytes that renormalization may take for activations. */
  private static final long RENORMALIZATION_BYTES = 1L << 29;

  /**
   * Calibrates a network.
   *
   * @param graph folded and fused
   * @param reader of the network's input, with the same preprocessing
   * @param count number of pictures
   * @throws QuantizationException when the network computes something that isn't a finite number
   */
  public static DataFreeCalibration of(
      FloatGraph graph,
      Preprocessing preprocessing,
      InputReader reader,
      int count,
      long seed,
      OrderedWork work,
      Progress progress)
      throws QuantizationException {
    SyntheticPictures pictures =
        new SyntheticPictures(graph.input().shape(), preprocessing, reader, count, seed);
    boolean normed = Renormalization.isPossible(graph);
    if (!normed) {
      progress.note(
          "the model has no batch norms (they may have been folded): calibrated on synthetic pictures alone, which is"
              + " less accurate; a folder of real pictures helps");
    }
    Renormalized renormalized =
        normed ? renormalized(graph, pictures, work, progress) : Renormalized.unchanged(graph);
    Calibration calibration =
        new Calibrator(renormalized.graph(), false, work).run(pictures, pictures.count(), progress);
    Map<Value, ActivationGrid> found =
        ActivationGrids.choose(renormalized.graph(), calibration.histograms(), reader.grid(), 1);
    Map<Value, ActivationGrid> grids =
        normed
            ? NormStatistics.of(graph, preprocessing).widened(graph, found)
            : found;
    return new DataFreeCalibration(renormalized, pictures, calibration, grids);
  }

  /**
   * Turns a quantized convolution of the renormalized network into one of the original network: see {@link
   * Renormalized}.
   *
   * @param conv of {@code renormalized.graph()}
   * @param quantized its weights as quantization made them, with the given scales
   * @param scales real value of one level, one per output channel
   * @param biases one per output channel
   */
  public Renormalized.Restored restored(
      Node.Convolution conv, Kernel quantized, float[] scales, float[] biases) {
    return renormalized.restored(conv, calibration.layers().get(conv).outputs(), quantized, scales, biases);
  }

  private static Renormalized renormalized(
      FloatGraph graph, SyntheticPictures pictures, OrderedWork work, Progress progress) {
    int fit = Math.clamp(RENORMALIZATION_BYTES / Renormalization.bytesPerPicture(graph), 1, pictures.count());
    List<float[]> inputs = IntStream.range(0, fit).mapToObj(index -> pictures.read(index).real()).toList();
    return Renormalization.of(graph, inputs, work, progress);
  }
}
