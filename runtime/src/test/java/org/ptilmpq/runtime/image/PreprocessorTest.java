package org.ptilmpq.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.testkit.AllocationGate;

class PreprocessorTest {

  private static final float[] ZERO = {0, 0, 0};
  private static final float[] ONE = {1, 1, 1};

  static List<String[]> inputs() {
    return GoldenPictures.table("inputs.tsv");
  }

  static List<String[]> greys() {
    return GoldenPictures.table("greys.tsv");
  }

  /** All 256 values in each channel, in a different order in each. */
  private static TensorMemory tensors(byte[] arena) {
    return TensorMemory.of(arena, new float[0]);
  }

  private static Picture allValues() {
    byte[] rgb = new byte[3 * 256];
    for (int p = 0; p < 256; p++) {
      rgb[3 * p] = (byte) p;
      rgb[3 * p + 1] = (byte) (p + 1);
      rgb[3 * p + 2] = (byte) (255 - p);
    }
    return new Picture(16, 16, rgb);
  }

  @ParameterizedTest(name = "mean {0}, std {1}, scale {2}, zero point {3}")
  @MethodSource("inputs")
  void quantizesAsDefined(float mean, float std, float scale, int zeroPoint, String expected) {
    byte[] table = bytes(expected);
    // Different parameters in each channel, so that a mix-up shows: the second is the plain byte, the third fixed.
    Preprocessing preprocessing = new Preprocessing(0, new float[] {mean, 0, 1e9f}, new float[] {std, 1e-9f, 1});
    Picture picture = allValues();
    byte[] arena = new byte[5 + 768 + 2];
    new Preprocessor(preprocessing, new Tensor("in", 16, 16, 3, Tensor.Type.INT8, scale, zeroPoint))
        .quantize(picture, tensors(arena), 5);
    for (int p = 0; p < 256; p++) {
      assertThat(arena[5 + 3 * p]).as("red %d", p).isEqualTo(table[p]);
      assertThat(arena[5 + 3 * p + 1]).as("green %d", p).isEqualTo(p == 255 ? (byte) zeroPoint : (byte) 127);
      assertThat(arena[5 + 3 * p + 2]).as("blue %d", p).isEqualTo((byte) -128);
    }
    assertThat(Arrays.copyOf(arena, 5)).containsOnly(0);
    assertThat(Arrays.copyOfRange(arena, 773, 775)).containsOnly(0);
  }

  @ParameterizedTest(name = "{0} × {1}")
  @MethodSource("greys")
  void oneChannelIsPillowsGrey(int width, int height, String sha256) {
    Tensor input = new Tensor("in", height, width, 1, Tensor.Type.INT8, 1, -128);
    byte[] arena = new byte[width * height];
    Picture noise = GoldenPictures.noise(width, height);
    new Preprocessor(new Preprocessing(0, ZERO, ONE), input).quantize(noise, tensors(arena), 0);
    for (int i = 0; i < arena.length; i++) {
      arena[i] += (byte) 128;
    }
    assertThat(GoldenPictures.sha256(arena)).isEqualTo(sha256);
  }

  @Test
  void floatsAreChannelAfterChannel() {
    float[] mean = {123.675f, 116.28f, 103.53f};
    float[] std = {58.395f, 57.12f, 57.375f};
    Picture picture = GoldenPictures.noise(100, 75);
    Resizer.CropGeometry geometry = Resizer.CropGeometry.of(100, 75, 40, 32, 24);
    byte[] rgb = GoldenPictures.resized(picture, geometry, 32, 24);
    Tensor input = new Tensor("in", 24, 32, 3, Tensor.Type.FLOAT32, 1, 0);
    Preprocessor preprocessor = new Preprocessor(new Preprocessing(40, mean, std), input);
    float[] floats = preprocessor.toFloat(picture);
    assertThat(floats).hasSize(3 * 24 * 32);
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < 24 * 32; i++) {
        double value = ((rgb[3 * i + c] & 0xFF) - (double) mean[c]) / std[c];
        assertThat(floats[c * 24 * 32 + i]).isEqualTo((float) value);
      }
    }
    assertThatThrownBy(() -> preprocessor.quantize(picture, TensorMemory.onHeap(3 * 24 * 32, 0), 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void bytesStandForTheFloats() {
    Preprocessing preprocessing = new Preprocessing(256, new float[] {123.68f, 116.779f, 103.939f}, ONE);
    Tensor input = new Tensor("in", 224, 224, 3, Tensor.Type.INT8, 1.0119f, -6);
    Preprocessor preprocessor = new Preprocessor(preprocessing, input);
    Picture picture = GoldenPictures.noise(333, 270);
    byte[] bytes = new byte[input.elements()];
    preprocessor.quantize(picture, tensors(bytes), 0);
    float[] floats = preprocessor.toFloat(picture);
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < 224 * 224; i++) {
        double steps = floats[c * 224 * 224 + i] / (double) 1.0119f - 6;
        assertThat(Math.abs(bytes[3 * i + c] - Math.clamp(steps, -128.0, 127.0))).isLessThan(0.500001);
      }
    }
  }

  @Test
  void nothingIsAllocatedOnceBuffersAreLargeEnough() {
    Tensor input = new Tensor("in", 224, 224, 3, Tensor.Type.INT8, 0.02f, 0);
    Preprocessor preprocessor = new Preprocessor(new Preprocessing(256, ZERO, ONE), input);
    TensorMemory arena = TensorMemory.onHeap(input.elements(), 0);
    Picture large = GoldenPictures.noise(640, 480);
    Picture small = GoldenPictures.noise(300, 400);
    long first = AllocationGate.allocatedBytes(() -> preprocessor.quantize(large, arena, 0));
    assertThat(first).isLessThanOrEqualTo(preprocessor.bufferBytes(640, 480));
    preprocessor.quantize(small, arena, 0);
    long later =
        AllocationGate.allocatedBytes(
            () -> {
              for (int i = 0; i < 20; i++) {
                preprocessor.quantize(i % 2 == 0 ? large : small, arena, 0);
              }
            });
    // The smallest of the buffers, made anew for each picture, would be 20 times 2.7 KB. What may remain are
    // geometries, records of 48 bytes, and what the JVM's other threads do meanwhile.
    assertThat(later).isLessThan(20_000);
  }

  @Test
  void inputsThatAreNotPicturesAreRefused() {
    Preprocessing preprocessing = new Preprocessing(0, ZERO, ONE);
    assertThatThrownBy(() -> new Preprocessor(preprocessing, new Tensor("in", 8, 8, 4, Tensor.Type.INT8, 1, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 or 3 channels");
    assertThatThrownBy(
            () ->
                new Preprocessor(
                    new Preprocessing(0, new float[1], ONE), new Tensor("in", 8, 8, 3, Tensor.Type.INT8, 1, 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] bytes(String list) {
    String[] numbers = list.split(" ");
    byte[] bytes = new byte[numbers.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = Byte.parseByte(numbers[i]);
    }
    return bytes;
  }
}
