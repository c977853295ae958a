package org.ptilmpq.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.runtime.image.DecodeLimits;
import org.ptilmpq.runtime.image.Picture;
import org.ptilmpq.runtime.image.PictureDecoder;
import org.ptilmpq.runtime.image.PictureException;
import org.ptilmpq.runtime.image.Preprocessor;

/** Turns encoded pictures into a network's input, within the memory that the budget leaves. */
final class PictureInput {

  /** Every session has room for a picture of this size, whatever its cap: the small end of cameras. */
  private static final int MIN_WIDTH = 640;

  private static final int MIN_HEIGHT = 480;

  /** The encoded picture gets a quarter of the memory, its pixels and decoder the rest. */
  private static final int ENCODED_SHARE = 4;

  private final PictureDecoder decoder;
  private final Preprocessor preprocessor;
  private final long allowance;

  /**
   * @param limits what the caller allows
   * @param allowance bytes that one picture may take, the encoded picture included
   */
  PictureInput(Preprocessor preprocessor, DecodeLimits limits, long allowance) {
    long encoded = Math.max(1, Math.min(limits.maxFileBytes(), allowance / ENCODED_SHARE));
    long decoding = Math.max(1, Math.min(limits.maxMemory(), allowance - encoded));
    this.decoder = new PictureDecoder(
        new DecodeLimits(encoded, limits.maxPixels(), decoding, preprocessor.leastSide()));
    this.preprocessor = preprocessor;
    this.allowance = allowance;
  }

  /** Bytes for the picture that every session has room for. */
  static long leastBytes(Preprocessor preprocessor) {
    long decode = PictureDecoder.decodeBytes(MIN_WIDTH, MIN_HEIGHT);
    long pixels = 3L * MIN_WIDTH * MIN_HEIGHT;
    long resize = pixels + preprocessor.bufferBytes(MIN_WIDTH, MIN_HEIGHT);
    return Math.max(decode * ENCODED_SHARE / (ENCODED_SHARE - 1), resize) + 1;
  }

  /** Bytes that one picture may take. */
  long allowance() {
    return allowance;
  }

  Picture decode(Path file) throws PictureException {
    return decoder.decode(file);
  }

  Picture decode(byte[] encoded) throws PictureException {
    return decoder.decode(encoded);
  }

  /**
   * Decodes a stream. Collecting its bytes takes up to twice their memory, half of the allowance; decoding comes after
   * it.
   */
  Picture decode(InputStream encoded) throws IOException {
    return decoder.decode(encoded);
  }

  /** Decodes the bytes from {@code offset} on, {@code length} of them. */
  Picture decode(byte[] buffer, int offset, int length) throws PictureException {
    return decoder.decode(buffer, offset, length);
  }

  /** Writes the input tensor into the arena. */
  void fill(Picture picture, TensorMemory tensors, int offset) throws PictureException {
    long needed = picture.rgb().length + preprocessor.bufferBytes(picture.width(), picture.height());
    if (needed > allowance) {
      throw new PictureException(
          "picture of %d × %d pixels: resizing takes %d bytes, more than the %d left for it; raise the memory cap"
              .formatted(picture.width(), picture.height(), needed, allowance));
    }
    preprocessor.quantize(picture, tensors, offset);
  }
}
