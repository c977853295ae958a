package org.ptilmpq.cli.run.stream;

import picocli.CommandLine.Option;

/** Options of a stream of pictures on standard input. */
public final class StreamOptions {

  @Option(
      names = "--every",
      paramLabel = "N|TIME",
      converter = Every.Converter.class,
      description = "Of a stream, take each N-th frame (5), or one in a time (2s, 500ms).")
  private Every every;

  @Option(
      names = "--keep-all",
      description = "Of a stream, let frames wait for the network rather than drop them: for recordings.")
  private boolean keepAll;

  /** Returns whether any was given, so that the input is certainly a stream. */
  public boolean areGiven() {
    return every != null || keepAll;
  }

  Every every() {
    return every == null ? Every.frame() : every;
  }

  boolean keepAll() {
    return keepAll;
  }
}
