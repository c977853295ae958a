/** From the quantized parts of a network to the model that a {@code .pq} file holds. */
package org.ptilmpq.quantizer.emit;
