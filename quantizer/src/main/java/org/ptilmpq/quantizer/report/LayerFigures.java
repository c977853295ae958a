package org.ptilmpq.quantizer.report;

import java.util.OptionalDouble;

/**
 * The facts about a layer that the quantizer knows and its weights don't show; the figures are those of {@link
 * LayerReport}.
 *
 * @param sensitivity KL divergence of the network's output, in nats, when this layer alone is quantized
 * @param importance weight of the layer's relative error in the loss
 * @param relativeError squared error of the layer's output over the output's variance
 * @param lossShare the layer's share of the predicted loss, 0…1
 * @param outputErrors of the layer's output with all layers quantized
 */
public record LayerFigures(
    OptionalDouble sensitivity,
    OptionalDouble importance,
    OptionalDouble relativeError,
    OptionalDouble lossShare,
    OutputErrors outputErrors) {

  /** Nothing is known. */
  public static final LayerFigures NONE =
      new LayerFigures(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OutputErrors.NONE);

  /** Returns these figures with a sensitivity. */
  public LayerFigures withSensitivity(double value) {
    return new LayerFigures(OptionalDouble.of(value), importance, relativeError, lossShare, outputErrors);
  }

  /** Returns these figures with an importance and a share of the loss. */
  public LayerFigures withLoss(double weight, double share) {
    return new LayerFigures(
        sensitivity, OptionalDouble.of(weight), relativeError, OptionalDouble.of(share), outputErrors);
  }

  /** Returns these figures with the errors of the layer's output. */
  public LayerFigures withErrors(double relative, OutputErrors ofOutput) {
    return new LayerFigures(sensitivity, importance, OptionalDouble.of(relative), lossShare, ofOutput);
  }
}
