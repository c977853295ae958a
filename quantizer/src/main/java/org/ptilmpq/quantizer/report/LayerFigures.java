package org.ptilmpq.quantizer.report;

import java.util.OptionalDouble;

/**
 * What the quantizer knows of a layer and its weights don't tell; the figures are those of {@link LayerReport}.
 *
 * @param sensitivity KL divergence of the network's output, in nats, when this layer alone is quantized
 * @param importance weight of the layer's relative error in the loss
 * @param relativeError squared error of the layer's output over the output's variance
 * @param lossShare the layer's share of the predicted loss, 0…1
 */
public record LayerFigures(
    OptionalDouble sensitivity, OptionalDouble importance, OptionalDouble relativeError, OptionalDouble lossShare) {

  /** Nothing is known. */
  public static final LayerFigures NONE =
      new LayerFigures(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());

  /** The same with a sensitivity. */
  public LayerFigures withSensitivity(double value) {
    return new LayerFigures(OptionalDouble.of(value), importance, relativeError, lossShare);
  }

  /** The same with an importance and a share of the loss. */
  public LayerFigures withLoss(double weight, double share) {
    return new LayerFigures(sensitivity, OptionalDouble.of(weight), relativeError, OptionalDouble.of(share));
  }

  /** The same with a relative error. */
  public LayerFigures withRelativeError(double value) {
    return new LayerFigures(sensitivity, importance, OptionalDouble.of(value), lossShare);
  }
}
