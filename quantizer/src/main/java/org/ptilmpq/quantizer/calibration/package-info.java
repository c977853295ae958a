/**
 * What pictures tell of the float network, without labels: statistics of its activations, the 8-bit grids that follow
 * from them, and how much layers and channels matter to its answer.
 */
package org.ptilmpq.quantizer.calibration;
