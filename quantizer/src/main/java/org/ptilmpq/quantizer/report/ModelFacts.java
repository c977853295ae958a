package org.ptilmpq.quantizer.report;

import java.util.Objects;

/**
 * The network that was quantized.
 *
 * @param name as the {@code .pq} file has it
 * @param source the ONNX file's name
 * @param input shape of the input in words: "224×224×3"
 * @param classes number of scores
 * @param activationBits bits of a stored activation
 */
public record ModelFacts(String name, String source, String input, int classes, int activationBits) {
  public ModelFacts {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(input, "input");
  }
}
