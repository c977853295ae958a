package org.ptilmpq.quantizer.report;

import java.util.Objects;

/**
 * The model made with some of the method's steps.
 *
 * @param name the step that is included from here on: "matching of outputs"
 * @param bytes of the whole file
 * @param agreement share of pictures with the float network's class, 0…1
 * @param kl mean KL(float ‖ quantized), in nats
 * @param note anything readers should know, or empty
 */
public record AblationStep(String name, long bytes, double agreement, double kl, String note) {
  public AblationStep {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(note, "note");
  }
}
