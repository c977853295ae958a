package org.ptilmpq.cli.run.serial;

import org.ptilmpq.runtime.Ranking;
import org.ptilmpq.runtime.image.PictureException;

/** A network that ranks pictures, as {@link org.ptilmpq.runtime.Session#rank} does. */
interface PictureRanker {

  /**
   * Ranks the classes of a picture.
   *
   * @param buffer holds an encoded picture, {@code length} bytes from {@code offset} on
   * @param ranking gets its likeliest classes
   * @throws PictureException when the picture can't be read
   */
  void rank(byte[] buffer, int offset, int length, Ranking ranking) throws PictureException;
}
