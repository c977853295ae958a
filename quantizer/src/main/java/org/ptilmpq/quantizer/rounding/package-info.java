/** From real weights to integer codes: scales, grids, rounding. */
package org.ptilmpq.quantizer.rounding;
