package org.ptilmpq.format;

/**
 * Where a file comes from.
 *
 * @param source name of the float model's file
 * @param sourceSha256 of that file, 64 hexadecimal digits, or empty
 * @param producer program and version that wrote the file
 * @param calibration how many pictures from what
 * @param settings the options that decided the file, as given
 */
public record Provenance(String source, String sourceSha256, String producer, String calibration, String settings) {}
