package org.ptilmpq.quantizer.calibration;

import org.ptilmpq.runtime.image.PictureException;

/** Where calibration pictures come from. Works on any number of threads, and returns the same pictures each time. */
public interface InputSource {

  /** Number of pictures. */
  int count();

  /**
   * Reads one picture as the network sees it.
   *
   * @param index 0 … count−1
   * @throws PictureException when it can't be read
   */
  InputReader.Input read(int index) throws PictureException;

  /** Number of files they are made of. */
  default int files() {
    return count();
  }

  /**
   * Number of the first pictures, which are not learned from but decide how far to go with what was learned from the
   * others.
   */
  default int validation() {
    return 0;
  }

  /** The name of a picture in messages: the file it is made of. */
  String name(int index);
}
