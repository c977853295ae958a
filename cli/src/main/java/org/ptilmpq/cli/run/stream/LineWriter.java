package org.ptilmpq.cli.run.stream;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import org.ptilmpq.cli.process.StandardStreams;

/**
 * Writes lines to standard output, each with one call so that no reader sees half of one. Buffers are reused: a line no
 * longer than those before allocates nothing.
 */
final class LineWriter {

  private static final int FIRST_CAPACITY = 1024;
  private static final String END = System.lineSeparator();

  private final OutputStream out;
  private final CharsetEncoder encoder;
  private final StringBuilder line = new StringBuilder(FIRST_CAPACITY);
  private char[] characters = {};
  private CharBuffer source = CharBuffer.wrap(characters);
  private byte[] bytes = {};
  private ByteBuffer target = ByteBuffer.wrap(bytes);

  /** Creates a writer that writes characters which the charset lacks as question marks. */
  LineWriter(OutputStream out, Charset charset) {
    this.out = out;
    this.encoder =
        charset
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
  }

  LineWriter append(String text) {
    line.append(text);
    return this;
  }

  LineWriter append(char character) {
    line.append(character);
    return this;
  }

  LineWriter append(long number) {
    line.append(number);
    return this;
  }

  /** Appends a number for JSON, with as many digits as tell it from its neighbours; null where it isn't finite. */
  LineWriter append(float number) {
    if (!Float.isFinite(number)) {
      return append("null");
    }
    line.append(number);
    return this;
  }

  /** Appends a number for JSON, with as many digits as tell it from its neighbours; null where it isn't finite. */
  LineWriter append(double number) {
    if (!Double.isFinite(number)) {
      return append("null");
    }
    line.append(number);
    return this;
  }

  /** Appends a number from 0 to 1 with four digits after the point, halves rounded up. */
  LineWriter appendShare(double share) {
    long parts = Math.round(share * 10_000);
    line.append(parts / 10_000).append('.');
    for (long unit = 1000; unit > 0; unit /= 10) {
      line.append((char) ('0' + parts / unit % 10));
    }
    return this;
  }

  /**
   * Ends the line and writes it.
   *
   * @throws StandardStreams.ClosedException when nobody reads any more
   */
  void end() throws IOException {
    line.append(END);
    int length = line.length();
    if (characters.length < length) {
      characters = new char[Math.max(length, 2 * characters.length)];
      source = CharBuffer.wrap(characters);
      bytes = new byte[(int) Math.ceil(characters.length * (double) encoder.maxBytesPerChar())];
      target = ByteBuffer.wrap(bytes);
    }
    line.getChars(0, length, characters, 0);
    line.setLength(0);
    encoder.reset();
    encoder.encode(source.clear().limit(length), target.clear(), true);
    encoder.flush(target);
    try {
      out.write(bytes, 0, target.position());
      out.flush();
    } catch (IOException e) {
      throw StandardStreams.meaning(e);
    }
  }
}
