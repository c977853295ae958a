/** Builds the model that a {@code .pq} file holds from the quantized parts of a network. */
package org.ptilmpq.quantizer.emit;
