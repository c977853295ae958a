package org.ptilmpq.quantizer.report;

import java.util.Objects;

/**
 * The quantized network against the float one, on the same pictures.
 *
 * @param pictures how many
 * @param source which ones: "64 calibration pictures held out"
 * @param agreement share of pictures with the same most likely class, 0…1
 * @param kl mean of KL(float ‖ quantized) over the pictures, in nats
 */
public record AccuracyFacts(int pictures, String source, double agreement, double kl) {

  public AccuracyFacts {
    Objects.requireNonNull(source, "source");
  }
}
