package org.ptilmpq.quantizer.calibration;

import java.nio.file.Path;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.options.QuantizationException;
import org.ptilmpq.runtime.image.Picture;
import org.ptilmpq.runtime.image.PictureDecoder;
import org.ptilmpq.runtime.image.PictureException;
import org.ptilmpq.runtime.image.Preprocessor;

/** Reads pictures as a network's input, in floats and in bytes. Works on any number of threads. */
public final class InputReader {

  private final PictureDecoder decoder = new PictureDecoder();
  private final Preprocessing preprocessing;
  private final Tensor tensor;

  /**
   * One picture as the network sees it.
   *
   * @param real height × width × channels
   * @param bytes the same on the input's 8-bit grid
   */
  public record Input(float[] real, byte[] bytes) {}

  /**
   * @throws QuantizationException when pictures don't fit the network's input
   */
  public InputReader(Preprocessing preprocessing, Value input) throws QuantizationException {
    this.preprocessing = preprocessing;
    Shape shape = input.shape();
    if (shape.channels() != 1 && shape.channels() != 3) {
      throw new QuantizationException(
          "the model's input " + input + " has " + shape.channels() + " channels; pictures have 3, or 1 when grey");
    }
    checkPreprocessing(shape.channels());
    ActivationGrid grid = gridOf(preprocessing, shape.channels());
    tensor =
        new Tensor(
            input.name(),
            shape.height(),
            shape.width(),
            shape.channels(),
            Tensor.Type.INT8,
            grid.scale(),
            grid.zeroPoint());
  }

  private void checkPreprocessing(int channels) throws QuantizationException {
    if (preprocessing.mean().length != 3 || preprocessing.std().length != 3) {
      throw new QuantizationException("mean and std need 3 values each, for red, green and blue");
    }
    for (int c = 0; c < channels; c++) {
      float mean = preprocessing.mean()[c];
      float std = preprocessing.std()[c];
      if (!Float.isFinite(mean) || !(std > 0) || Float.isInfinite(std)) {
        throw new QuantizationException("a mean of " + mean + " and a std of " + std + " are no preprocessing");
      }
    }
  }

  /** Returns the grid that covers what pixels of 0…255 can become. */
  private static ActivationGrid gridOf(Preprocessing preprocessing, int channels) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < channels; c++) {
      double mean = preprocessing.mean()[c];
      double std = preprocessing.std()[c];
      low = Math.min(low, -mean / std);
      high = Math.max(high, (255 - mean) / std);
    }
    return ActivationGrid.covering(low, high);
  }

  /** The grid of the bytes. */
  public ActivationGrid grid() {
    return ActivationGrid.of(tensor);
  }

  /**
   * Reads a picture.
   *
   * @throws PictureException when it can't be read
   */
  public Input read(Path file) throws PictureException {
    return read(decoder.decode(file));
  }

  /**
   * Decodes a picture's pixels.
   *
   * @throws PictureException when it can't be read
   */
  Picture decode(Path file) throws PictureException {
    return decoder.decode(file);
  }

  /** Returns a picture in memory as the network sees it. */
  public Input read(Picture picture) {
    return read(picture, preprocessing);
  }

  /**
   * Returns a part of a picture as the network would see it if it filled the whole picture.
   *
   * @param part of the same proportions as the picture
   * @param picture what it was cut from
   */
  Input readPart(Picture part, Picture picture) {
    int resize = preprocessing.resize() > 0 ? preprocessing.resize() : Math.min(picture.width(), picture.height());
    return read(part, new Preprocessing(resize, preprocessing.mean(), preprocessing.std()));
  }

  private Input read(Picture picture, Preprocessing as) {
    Preprocessor preprocessor = new Preprocessor(as, tensor);
    byte[] bytes = new byte[tensor.elements()];
    preprocessor.quantize(picture, TensorMemory.of(bytes, new float[0]), 0);
    return new Input(channelsLast(preprocessor.toFloat(picture)), bytes);
  }

  private float[] channelsLast(float[] channelsFirst) {
    int plane = tensor.height() * tensor.width();
    int channels = tensor.channels();
    float[] last = new float[channelsFirst.length];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < plane; i++) {
        last[i * channels + c] = channelsFirst[c * plane + i];
      }
    }
    return last;
  }
}
