/**
 * Calibration without pictures: synthetic ones with the statistics of photographs, run through the network while each
 * layer's outputs are held to what its batch normalization saw in training.
 */
package org.ptilmpq.quantizer.datafree;
