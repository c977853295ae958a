package org.ptilmpq.format;

/**
 * Neighbouring output channels (in packed order) of one bit width on one grid.
 *
 * @param channels how many, at least 1
 * @param width bits of a code, 0…8; 0: all weights are zero and the channel is a constant, its bias
 * @param grid from codes to integer levels
 */
public record ChannelGroup(int channels, int width, Grid grid) {}
