/**
 * Rounding that knows how the inputs of a layer vary together: their second moments, and what follows from these for
 * the levels, steps and targets of the weights.
 */
package org.ptilmpq.quantizer.secondorder;
