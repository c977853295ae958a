package org.ptilmpq.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The graph of a compressed file as a raw DEFLATE stream (RFC 1951) that begins with a dictionary in its window. */
final class MetadataDeflater {

  /** More than a DEFLATE stream can give for each of its bytes. */
  private static final long MAX_EXPANSION = 1040;

  private static final String RESOURCE = "metadata-1.dictionary";

  private MetadataDeflater() {}

  static byte[] dictionary() {
    try (InputStream in = MetadataDeflater.class.getResourceAsStream(RESOURCE)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] deflate(byte[] metadata) {
    try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true)) {
      deflater.setDictionary(dictionary());
      deflater.setInput(metadata);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] chunk = new byte[1 << 12];
      while (!deflater.finished()) {
        out.write(chunk, 0, deflater.deflate(chunk));
      }
      return out.toByteArray();
    }
  }

  /**
   * Inflates as many bytes as are announced, neither more nor fewer.
   *
   * @param metadata to be filled from an index on
   * @throws PqFormatException when the stream is damaged, or of another length
   */
  static void inflate(byte[] deflated, byte[] metadata, int from) throws PqFormatException {
    try (Inflater inflater = new Inflater(true)) {
      inflater.setDictionary(dictionary());
      inflater.setInput(deflated);
      int at = from;
      while (at < metadata.length) {
        int inflated = inflater.inflate(metadata, at, metadata.length - at);
        if (inflated == 0) {
          throw new PqFormatException("graph: it inflates to fewer bytes than announced");
        }
        at += inflated;
      }
      if (inflater.inflate(new byte[1]) != 0 || !inflater.finished() || inflater.getRemaining() != 0) {
        throw new PqFormatException("graph: it inflates to more bytes than announced");
      }
    } catch (DataFormatException e) {
      throw new PqFormatException("graph: not a DEFLATE stream", e);
    }
  }

  /** Whether a stream of {@code deflated} bytes can inflate to {@code inflated} bytes. */
  static boolean isPossible(long deflated, long inflated) {
    return inflated <= MAX_EXPANSION * deflated + MAX_EXPANSION;
  }
}
