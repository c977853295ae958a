package org.ptilmpq.quantizer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.quantizer.calibration.AugmentedPictures;
import org.ptilmpq.quantizer.calibration.InputReader;
import org.ptilmpq.quantizer.calibration.InputSource;
import org.ptilmpq.quantizer.calibration.PictureFolder;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.matching.QuantizedPrefix;

/**
 * Which pictures a quantization learns from, and which are kept apart to see what came of it.
 *
 * @param source what is learned from
 * @param heldOut files that took no part
 */
record CalibrationPictures(InputSource source, List<Path> heldOut) {

  /** Of so many pictures one is kept apart. */
  private static final int HELD_OUT_OF = 16;

  private static final int MOST_HELD_OUT = 64;

  /** Fewer than this are all needed for learning. */
  private static final int ENOUGH_TO_SHARE = 128;

  /** The share of the heap that activations of all pictures may take. */
  private static final double HEAP_SHARE = 0.5;

  /**
   * Chooses pictures.
   *
   * @throws QuantizationException when there are none
   */
  static CalibrationPictures of(QuantizerOptions options, FloatGraph graph, InputReader reader, Progress progress)
      throws IOException, QuantizationException {
    List<Path> all = PictureFolder.list(options.calibration().orElseThrow());
    List<Path> learned = new ArrayList<>();
    List<Path> heldOut = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      boolean apart = all.size() >= ENOUGH_TO_SHARE && i % HELD_OUT_OF == HELD_OUT_OF - 1;
      (apart ? heldOut : learned).add(all.get(i));
    }
    Effort effort = options.effort();
    int count = Math.min(effort.pictures(), fit(graph));
    if (count < effort.pictures() && count < learned.size()) {
      progress.note(
          "memory holds " + count + " pictures of this network, not " + effort.pictures() + "; more heap (-Xmx) helps");
    }
    InputSource source =
        effort.augmentation() && learned.size() < count
            ? new AugmentedPictures(learned, count, reader, options.seed())
            : InputSource.of(PictureFolder.spread(learned, count), reader);
    return new CalibrationPictures(
        source,
        PictureFolder.spread(heldOut, MOST_HELD_OUT));
  }

  private static int fit(FloatGraph graph) {
    double bytes = HEAP_SHARE * Runtime.getRuntime().maxMemory();
    return Math.clamp((long) (bytes / QuantizedPrefix.bytesPerPicture(graph)), 1, Integer.MAX_VALUE);
  }
}
