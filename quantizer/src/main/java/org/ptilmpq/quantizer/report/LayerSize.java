package org.ptilmpq.quantizer.report;

/**
 * Bits and bytes of a layer.
 *
 * @param diskBits mean bits per weight on disk: the length of its code, or its entropy in the compressed form
 * @param kernelBits mean bit planes that a multiply-accumulate goes through, tails counted by their share
 * @param tailShare share of the weights that don't fit the dense width, 0…1
 * @param diskBytes bytes in the written file: codes, tables, tails, scales, biases, order; of a compressed file the
 *     layer's share, by entropy and channels
 * @param packedBytes the same in packed form, which is what the kernels read
 */
public record LayerSize(double diskBits, double kernelBits, double tailShare, long diskBytes, long packedBytes) {}
