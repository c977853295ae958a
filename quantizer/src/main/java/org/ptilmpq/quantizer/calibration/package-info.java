/** What the network's activations look like on pictures, and the 8-bit grids that follow. */
package org.ptilmpq.quantizer.calibration;
