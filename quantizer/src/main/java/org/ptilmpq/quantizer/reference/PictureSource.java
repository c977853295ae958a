package org.ptilmpq.quantizer.reference;

import java.io.IOException;

/** Preprocessed pictures by their number. Called from several threads. */
@FunctionalInterface
public interface PictureSource {

  /** The network's input for one picture: height × width × channels. */
  float[] load(int picture) throws IOException;
}
