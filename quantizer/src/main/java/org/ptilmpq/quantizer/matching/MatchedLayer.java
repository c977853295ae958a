package org.ptilmpq.quantizer.matching;

import org.ptilmpq.quantizer.rounding.RoundedLayer;

/**
 * A quantized layer whose outputs have the float layer's means and variances.
 *
 * @param rounded its codes
 * @param scales real value of one level, for each output channel, the gain included
 * @param biases of each output channel, the shift included
 */
public record MatchedLayer(RoundedLayer rounded, float[] scales, float[] biases) {}
