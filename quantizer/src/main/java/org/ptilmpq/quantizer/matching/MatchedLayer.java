package org.ptilmpq.quantizer.matching;

import org.ptilmpq.quantizer.rounding.RoundedLayer;

/**
 * A quantized layer whose outputs have the float layer's means and variances.
 *
 * @param rounded its codes, with the scales that the gains are in
 * @param biases of each output channel, the shifts included
 */
public record MatchedLayer(RoundedLayer rounded, float[] biases) {}
