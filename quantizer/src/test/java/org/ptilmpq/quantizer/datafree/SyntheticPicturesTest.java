package org.ptilmpq.quantizer.datafree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.quantizer.calibration.InputReader;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.options.QuantizationException;
import org.ptilmpq.runtime.image.Picture;

class SyntheticPicturesTest {

  private static final Preprocessing RAW = new Preprocessing(0, new float[3], new float[] {1, 1, 1});

  private static SyntheticPictures pictures(Shape shape, Preprocessing preprocessing, long seed)
      throws QuantizationException {
    InputReader reader = new InputReader(preprocessing, new Value("input", shape));
    return new SyntheticPictures(shape, preprocessing, reader, 48, seed);
  }

  @Test
  void theSameSeedGivesTheSamePictures() throws Exception {
    Shape shape = new Shape(40, 56, 3);
    byte[] first = pictures(shape, RAW, 5).picture(3).rgb();
    assertThat(pictures(shape, RAW, 5).picture(3).rgb()).isEqualTo(first);
    assertThat(pictures(shape, RAW, 5).picture(4).rgb()).isNotEqualTo(first);
    assertThat(pictures(shape, RAW, 6).picture(3).rgb()).isNotEqualTo(first);
    // Golden: pictures are part of what a seed promises.
    assertThat(Arrays.hashCode(first)).isEqualTo(-1458797530);
  }

  @Test
  void picturesHaveTheSizeThatIsCutFrom() throws Exception {
    Preprocessing resized = new Preprocessing(48, new float[] {100, 120, 140}, new float[] {50, 50, 50});
    SyntheticPictures pictures = pictures(new Shape(32, 40, 3), resized, 1);
    Picture picture = pictures.picture(0);
    assertThat(picture.height()).isEqualTo(48);
    assertThat(picture.width()).isEqualTo(48);
    InputReader.Input input = pictures.read(0);
    assertThat(input.real()).hasSize(32 * 40 * 3);
    assertThat(input.bytes()).hasSize(32 * 40 * 3);
    int centre = 3 * (8 * 48 + 4);
    assertThat(input.real()[0]).isEqualTo(((picture.rgb()[centre] & 0xFF) - 100f) / 50);
    assertThat(pictures.count()).isEqualTo(48);
    assertThat(pictures.name(7)).contains("7");
  }

  @Test
  void oneChannelAndTheSmallestSizesWork() throws Exception {
    assertThat(pictures(new Shape(28, 28, 1), RAW, 1).read(0).real()).hasSize(28 * 28);
    assertThat(pictures(new Shape(1, 1, 3), RAW, 1).read(0).real()).hasSize(3);
    assertThat(pictures(new Shape(3, 200, 3), RAW, 1).read(0).real()).hasSize(1800);
  }

  @Test
  void coloursGoTogetherAsInPhotographs() throws Exception {
    double[] sum = new double[3];
    double[][] products = new double[3][3];
    SyntheticPictures pictures = pictures(new Shape(64, 64, 3), RAW, 2);
    int count = 0;
    for (int i = 0; i < pictures.count(); i++) {
      byte[] rgb = pictures.picture(i).rgb();
      for (int at = 0; at < rgb.length; at += 3) {
        count++;
        for (int a = 0; a < 3; a++) {
          sum[a] += rgb[at + a] & 0xFF;
          for (int b = 0; b < 3; b++) {
            products[a][b] += (rgb[at + a] & 0xFF) * (rgb[at + b] & 0xFF);
          }
        }
      }
    }
    for (int a = 0; a < 3; a++) {
      assertThat(sum[a] / count).isBetween(90.0, 145.0);
      assertThat(Math.sqrt(covariance(products, sum, a, a, count))).isBetween(45.0, 70.0);
    }
    double redBlue =
        covariance(products, sum, 0, 2, count)
            / Math.sqrt(covariance(products, sum, 0, 0, count) * covariance(products, sum, 2, 2, count));
    assertThat(redBlue).isBetween(0.55, 0.9);
  }

  private static double covariance(double[][] products, double[] sum, int a, int b, int count) {
    return products[a][b] / count - sum[a] / count * (sum[b] / count);
  }

  /**
   * Power that falls with the square of the frequency in the plane falls with about its first power along a line, the
   * other direction summed up.
   */
  @Test
  void powerFallsWithFrequencyAsInPhotographs() throws Exception {
    int side = 128;
    SyntheticPictures pictures = pictures(new Shape(side, side, 3), RAW, 3);
    double[] power = new double[side / 2];
    for (int i = 0; i < pictures.count(); i++) {
      byte[] rgb = pictures.picture(i).rgb();
      for (int y = 0; y < side; y += 4) {
        for (int f = 1; f < power.length; f++) {
          double real = 0;
          double imaginary = 0;
          for (int x = 0; x < side; x++) {
            double hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * (x + 0.5) / side);
            double green = hann * ((rgb[3 * (y * side + x) + 1] & 0xFF) - 120);
            real += green * Math.cos(2 * Math.PI * f * x / side);
            imaginary += green * Math.sin(2 * Math.PI * f * x / side);
          }
          power[f] += real * real + imaginary * imaginary;
        }
      }
    }
    double slope = Math.log(octave(power, 24) / octave(power, 3)) / Math.log(8);
    assertThat(slope).isBetween(-2.0, -0.9);
  }

  /** Mean power of the octave that begins at a frequency. */
  private static double octave(double[] power, int from) {
    return Arrays.stream(power, from, 2 * from).average().orElseThrow();
  }
}
