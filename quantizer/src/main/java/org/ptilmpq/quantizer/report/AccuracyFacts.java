package org.ptilmpq.quantizer.report;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * The quantized network against the float one, on the same pictures.
 *
 * @param pictures how many
 * @param source which: "64 calibration pictures held out", say
 * @param floatTop1 share of pictures that the float network gets right, 0…1, where labels are known
 * @param quantizedTop1 share that the quantized network gets right
 * @param agreement share of pictures with the same most likely class, 0…1
 * @param kl mean of KL(float ‖ quantized) over the pictures, in nats
 */
public record AccuracyFacts(
    int pictures,
    String source,
    OptionalDouble floatTop1,
    OptionalDouble quantizedTop1,
    double agreement,
    double kl) {

  public AccuracyFacts {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(floatTop1, "floatTop1");
    Objects.requireNonNull(quantizedTop1, "quantizedTop1");
  }
}
