package org.ptilmpq.runtime.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Decodes JPEG and PNG pictures to upright 8-bit RGB, with the pixels that Pillow's {@code
 * ImageOps.exif_transpose(Image.open(f)).convert("RGB")} gives. Colour profiles and transparency are ignored, as there.
 * Any number of threads may share one decoder.
 */
public final class PictureDecoder {

  private final DecodeLimits limits;

  /** Creates a decoder with {@link DecodeLimits#DEFAULT}. */
  public PictureDecoder() {
    this(DecodeLimits.DEFAULT);
  }

  public PictureDecoder(DecodeLimits limits) {
    this.limits = limits;
  }

  /**
   * Upper bound of the memory that decoding takes for any picture of this size, heap and native together, encoded bytes
   * not counted; what one picture really takes, mostly a quarter of this, is {@link PictureHeader#decodeBytes()}.
   */
  public static long decodeBytes(int width, int height) {
    return Math.max(JpegHeader.worstDecodeBytes(width, height), PngHeader.worstDecodeBytes(width, height));
  }

  /**
   * Decodes a file.
   *
   * @throws PictureException if it can't be read; the message starts with the path
   */
  public Picture decode(Path file) throws PictureException {
    try {
      if (Files.isDirectory(file)) {
        throw new PictureException("is a folder, not a picture");
      }
      if (Files.size(file) > limits.maxFileBytes()) {
        throw new PictureException(
            "has " + Files.size(file) + " bytes, more than the " + limits.maxFileBytes() + " allowed");
      }
      try (InputStream in = Files.newInputStream(file)) {
        return decode(in);
      }
    } catch (PictureException e) {
      throw new PictureException(file + ": " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new PictureException(file + ": no such file", e);
    } catch (IOException e) {
      throw new PictureException(file + ": can't be read: " + e.getMessage(), e);
    }
  }

  /**
   * Decodes what the stream holds up to its end; the stream is not closed. Collecting bytes whose number isn't known
   * takes up to twice their memory.
   *
   * @throws PictureException if it is not a picture within the limits
   * @throws IOException if the stream itself fails
   */
  public Picture decode(InputStream in) throws IOException {
    return decode(in.readNBytes((int) limits.maxFileBytes() + 1));
  }

  /**
   * Decodes one encoded picture.
   *
   * @throws PictureException if it is not a picture within the limits
   */
  public Picture decode(byte[] encoded) throws PictureException {
    return decode(encoded, 0, encoded.length);
  }

  /**
   * Decodes one encoded picture out of a larger array, such as a buffer that is used for one picture after another.
   *
   * @param offset of the picture's first byte
   * @param length of the encoded picture in bytes
   * @throws PictureException if it is not a picture within the limits
   * @throws IndexOutOfBoundsException if the array doesn't reach that far
   */
  public Picture decode(byte[] encoded, int offset, int length) throws PictureException {
    Objects.checkFromIndexSize(offset, length, encoded.length);
    int end = offset + length;
    return switch (sniff(encoded, offset, end)) {
      case JPEG -> {
        JpegHeader header = JpegHeaderReader.read(encoded, offset, end);
        int shrinking = limits.shrinking(header);
        yield header.orientation().apply(JpegDecoder.decode(encoded, header, shrinking));
      }
      case PNG -> {
        PngHeader header = PngHeader.parse(encoded, offset, end);
        limits.check(header.summary());
        yield header.orientation().apply(PngDecoder.decode(encoded, header));
      }
    };
  }

  /**
   * Reads the header alone; limits other than the encoded length are not applied.
   *
   * @throws PictureException if the header is not that of a picture
   */
  public PictureHeader header(byte[] encoded) throws PictureException {
    int end = encoded.length;
    return switch (sniff(encoded, 0, end)) {
      case JPEG -> JpegHeaderReader.read(encoded, 0, end).summary();
      case PNG -> PngHeader.parse(encoded, 0, end).summary();
    };
  }

  private PictureHeader.Format sniff(byte[] encoded, int from, int to) throws PictureException {
    if (to - from > limits.maxFileBytes()) {
      throw new PictureException("encoded picture of more than the " + limits.maxFileBytes() + " bytes allowed");
    }
    return FileSignature.format(encoded, from, to);
  }
}
