/**
 * Makes the quantized network behave like the float one, layer by layer, each on the inputs that the quantized layers
 * before it really give.
 */
package org.ptilmpq.quantizer.matching;
