package org.ptilmpq.cli.run.output;

import java.io.IOException;
import org.ptilmpq.runtime.Ranking;

/** Writes a picture's likeliest classes. Frames are written without allocating. */
public sealed interface ClassificationPrinter permits TextPrinter, JsonPrinter {

  /**
   * @param picture as the user named it
   * @param millis from opening the picture to its scores
   * @throws OutputClosedException when nobody reads any more
   */
  void picture(String picture, Ranking ranking, double millis) throws IOException;

  /**
   * @param number of the frame in its stream, from 1; dropped frames also have numbers
   * @param dropped frames that came since the one before and were not classified
   * @param millis from taking the frame to its scores
   * @throws OutputClosedException when nobody reads any more
   */
  void frame(long number, long dropped, Ranking ranking, double millis) throws IOException;
}
