package org.ptilmpq.quantizer.matching;

import org.ptilmpq.quantizer.rounding.RoundedLayer;

/**
 * A quantized layer whose outputs have the float layer's means and variances.
 *
 * @param rounded its codes, with scales that include the gains
 * @param biases of each output channel, the shifts included
 */
public record MatchedLayer(RoundedLayer rounded, float[] biases) {}
