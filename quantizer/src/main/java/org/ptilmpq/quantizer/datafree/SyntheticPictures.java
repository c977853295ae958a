package org.ptilmpq.quantizer.datafree;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.quantizer.calibration.InputReader;
import org.ptilmpq.quantizer.calibration.InputSource;
import org.ptilmpq.quantizer.datafree.Leaf.Texture;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.runtime.image.Picture;

/**
 * Pictures with the statistics of photographs, for networks to be calibrated on when there are no photographs: the
 * dead-leaves model (opaque shapes of all sizes lying over each other; Lee, Mumford and Huang 2001), which gives edges,
 * occlusion and a power spectrum that falls with the square of the frequency, with colours that are correlated as in
 * natural scenes: brightness varies most, blue against yellow less, red against green least (Ruderman, Cronin and Chiao
 * 1998). Every picture has its own brightness, contrast and tint.
 *
 * <p>The same seed gives the same pictures on every machine. They have the size that the preprocessing cuts its crop
 * from, so that nothing is resampled.
 */
public final class SyntheticPictures implements InputSource {

  private static final int LEAVES = 1600;

  // Standard deviations in pixel values. Together about 60 over many pictures, as in photographs.
  private static final double BRIGHTNESS = 48;
  private static final double BLUE_YELLOW = 20;
  private static final double RED_GREEN = 8;
  private static final double PICTURE_BRIGHTNESS = 25;
  private static final double PICTURE_TINT = 12;
  private static final double CONTRAST = 0.35;
  private static final double ROUGHNESS = 9;
  private static final double GRAIN = 1.5;

  /** The means of photographs' pixels: those of ImageNet. */
  private static final float[] MEANS = {124, 116, 104};

  /** Values between these that a preprocessing subtracts are the means of its pictures. */
  private static final float MIN_MEAN = 64;

  private static final float MAX_MEAN = 192;

  private final int height;
  private final int width;
  private final float[] means;
  private final InputReader reader;
  private final int count;
  private final long seed;

  /**
   * @param input the network's input
   * @param preprocessing says how large pictures are, and what their mean is likely to be
   * @param reader of that input and preprocessing
   * @param count number of pictures
   */
  public SyntheticPictures(
      Shape input, Preprocessing preprocessing, InputReader reader, int count, long seed) {
    this.height = Math.max(input.height(), preprocessing.resize());
    this.width = Math.max(input.width(), preprocessing.resize());
    this.means = means(preprocessing.mean());
    this.reader = reader;
    this.count = count;
    this.seed = seed;
  }

  private static float[] means(float[] subtracted) {
    for (float mean : subtracted) {
      if (!(mean >= MIN_MEAN && mean <= MAX_MEAN)) {
        return MEANS;
      }
    }
    return subtracted;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public InputReader.Input read(int index) {
    return reader.read(picture(index));
  }

  @Override
  public String name(int index) {
    return "synthetic picture " + index;
  }

  /**
   * A picture before preprocessing.
   *
   * @param index any; equal ones give equal pictures
   */
  public Picture picture(int index) {
    RandomGenerator random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + index);
    int side = Math.max(height, width);
    Texture texture = new Texture(side, random);
    double contrast = StrictMath.exp(CONTRAST * random.nextGaussian());
    float[] average = shifted(means, PICTURE_BRIGHTNESS, PICTURE_TINT, PICTURE_TINT / 3, random);
    float[] rgb = new float[3 * height * width];
    for (int at = 0; at < rgb.length; at += 3) {
      System.arraycopy(average, 0, rgb, at, 3);
    }
    for (int i = 0; i < LEAVES; i++) {
      float[] colour = shifted(average, contrast * BRIGHTNESS, contrast * BLUE_YELLOW, contrast * RED_GREEN, random);
      double roughness = contrast * ROUGHNESS * random.nextExponential();
      new Leaf(height, width, side, colour, roughness, random).paint(rgb, height, width, texture);
    }
    byte[] pixels = new byte[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      pixels[i] = (byte) Math.clamp(Math.rint(rgb[i] + GRAIN * random.nextGaussian()), 0.0, 255.0);
    }
    return new Picture(width, height, pixels);
  }

  /** A colour near another: the three directions are uncorrelated in natural scenes. */
  private static float[] shifted(
      float[] rgb, double brightness, double blueYellow, double redGreen, RandomGenerator random) {
    double light = brightness * random.nextGaussian();
    double blue = blueYellow * random.nextGaussian();
    double red = redGreen * random.nextGaussian();
    return new float[] {
      (float) (rgb[0] + light + blue + red), (float) (rgb[1] + light - 2 * red), (float) (rgb[2] + light - blue + red)
    };
  }
}
