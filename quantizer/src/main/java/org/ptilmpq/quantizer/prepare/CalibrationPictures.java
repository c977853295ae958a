package org.ptilmpq.quantizer.prepare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.ptilmpq.quantizer.calibration.AugmentedPictures;
import org.ptilmpq.quantizer.calibration.Calibration;
import org.ptilmpq.quantizer.calibration.InputReader;
import org.ptilmpq.quantizer.calibration.InputSource;
import org.ptilmpq.quantizer.calibration.PictureFolder;
import org.ptilmpq.quantizer.options.Effort;
import org.ptilmpq.quantizer.options.QuantizationException;
import org.ptilmpq.quantizer.options.QuantizerOptions;

/**
 * The pictures that a quantization learns from, and those held out to check its result.
 *
 * @param source the pictures that are learned from
 * @param heldOut files that are not learned from
 * @param seen as many of the files that are learned from
 */
record CalibrationPictures(InputSource source, List<Path> heldOut, List<Path> seen) {

  /** One in this many pictures is held out. */
  private static final int HELD_OUT_OF = 16;

  private static final int MAX_HELD_OUT = 64;

  /** Fewer than this are all needed for learning. */
  private static final int ENOUGH_TO_SHARE = 128;

  /** This many pictures are enough for one number per layer. */
  private static final int MAX_VALIDATION = 32;

  /**
   * Chooses pictures, and how many parts of them follow the whole ones. Some are for validation where an effort makes
   * parts of all of them: without parts, files would differ more from run to run and be no better (ResNet-56 at
   * 270 kB).
   *
   * @throws QuantizationException when there are none
   */
  static CalibrationPictures of(QuantizerOptions options, InputReader reader)
      throws IOException, QuantizationException {
    List<Path> all = PictureFolder.list(options.calibration().orElseThrow());
    List<Path> learned = new ArrayList<>();
    List<Path> heldOut = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      boolean apart = all.size() >= ENOUGH_TO_SHARE && i % HELD_OUT_OF == HELD_OUT_OF - 1;
      (apart ? heldOut : learned).add(all.get(i));
    }
    Effort effort = options.effort();
    // Names often follow classes, and wherever only some of the pictures are used they should be of all kinds.
    List<Path> chosen = new ArrayList<>(PictureFolder.spread(learned, effort.pictures()));
    Collections.shuffle(chosen, new Random(options.seed()));
    int inputs = Math.multiplyExact(effort.variants(), effort.pictures());
    int validation = effort.variants() > 1 ? Math.min(MAX_VALIDATION, chosen.size() / Calibration.VALIDATION_OF) : 0;
    InputSource source =
        new AugmentedPictures(chosen, Math.max(inputs, chosen.size()), validation, reader, options.seed());
    List<Path> apart = PictureFolder.spread(heldOut, MAX_HELD_OUT);
    return new CalibrationPictures(source, apart, PictureFolder.spread(chosen, apart.size()));
  }
}
