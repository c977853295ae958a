/** Statistics of the network's activations on pictures, and the 8-bit grids that follow from them. */
package org.ptilmpq.quantizer.calibration;
