/**
 * What both methods share before and after they decide on bits: the model read, equalized and calibrated, the network
 * of its quantized layers, and its comparison with the float one.
 */
package org.ptilmpq.quantizer.prepare;
