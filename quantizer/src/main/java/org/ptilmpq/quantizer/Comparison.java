package org.ptilmpq.quantizer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Runs a float network and its quantized form on the same pictures. */
public final class Comparison {

  private Comparison() {}

  /**
   * Compares a model with its quantized form, both fed as the {@code .pq} file's preprocessing says.
   *
   * @param onnx the float model
   * @param pq its quantized form
   * @param pictures folder of pictures
   * @param labels table with a header and {@code file,class} a line; only the pictures it names are used
   * @param threads how many to work with
   * @throws QuantizationException when the two don't fit together, no picture can be read, or the table is broken
   * @throws IOException when a file can't be read; {@link org.ptilmpq.format.PqFormatException} for a broken .pq
   */
  public static ComparisonResult compare(
      Path onnx, Path pq, Path pictures, Optional<Path> labels, int threads, Progress progress)
      throws IOException, QuantizationException {
    throw new QuantizationException("not there yet");
  }
}
