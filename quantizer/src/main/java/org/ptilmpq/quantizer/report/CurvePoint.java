package org.ptilmpq.quantizer.report;

import java.util.Objects;

/**
 * The model at one size.
 *
 * @param label the setting: "alpha 0.4", "7 MB"
 * @param bytes of the whole file
 * @param agreement share of pictures with the float network's class, 0…1
 * @param kl mean KL(float ‖ quantized), in nats
 * @param current whether this is the file that was written
 */
public record CurvePoint(String label, long bytes, double agreement, double kl, boolean current) {

  public CurvePoint {
    Objects.requireNonNull(label, "label");
  }
}
