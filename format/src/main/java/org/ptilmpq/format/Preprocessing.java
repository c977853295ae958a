package org.ptilmpq.format;

/**
 * The steps from a decoded picture to the network's input: the shorter side is resized to {@code resize} (antialiased
 * bilinear, the longer side truncated to whole pixels), the centre {@code crop} is cut out, and each channel becomes
 * (pixel − mean) / std with pixels 0…255 in RGB order. The crop's size is that of the input tensor.
 *
 * @param resize length of the shorter side in pixels, or 0 for none
 * @param mean subtracted, one per channel (3), in pixel units
 * @param std divided by, one per channel (3), positive
 */
public record Preprocessing(int resize, float[] mean, float[] std) {}
