package org.ptilmpq.format;

/**
 * The bytes of a file by what they hold; they add up to its length.
 *
 * @param graph tensors, operations, groups, labels, texts
 * @param channels scales, biases and order of the channels, and of a compressed file the tables
 * @param levels the codes of the weights, tails included
 * @param frame lengths, checksums, alignment
 */
public record FileParts(long graph, long channels, long levels, long frame) {}
