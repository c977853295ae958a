package org.ptilmpq.format;

import org.ptilmpq.format.entropy.LevelTables;

/**
 * A layer's entry in the head of a compressed file.
 *
 * @param tailBytes length that the tails will have
 * @param order empty for the identity
 * @param scales by packed position
 * @param biases by packed position
 * @param coding of the levels
 * @param logMean logarithm of their mean magnitude; 0 without levels
 * @param tables null if the levels are coded without tables
 * @param words of the layer's stream
 * @param escapes of the layer's stream
 */
record LayerHead(
    long tailBytes,
    int[] order,
    float[] scales,
    float[] biases,
    LevelCoding coding,
    int logMean,
    LevelTables tables,
    int words,
    int escapes) {}
