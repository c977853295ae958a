package org.ptilmpq.runtime.image;

import javax.imageio.stream.ImageInputStreamImpl;

/** Three pieces of bytes read as one stream, none of them copied: two arrays, then part of a third. */
final class JoinedInput extends ImageInputStreamImpl {

  private final byte[][] pieces;
  private final int[] from;
  private final int[] to;

  JoinedInput(byte[] first, byte[] second, byte[] third, int thirdFrom, int thirdTo) {
    pieces = new byte[][] {first, second, third};
    from = new int[] {0, 0, thirdFrom};
    to = new int[] {first.length, second.length, thirdTo};
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    bitOffset = 0;
    long start = 0;
    for (int i = 0; i < pieces.length; i++) {
      int size = to[i] - from[i];
      if (streamPos < start + size) {
        int skip = (int) (streamPos - start);
        int count = Math.min(length, size - skip);
        System.arraycopy(pieces[i], from[i] + skip, target, offset, count);
        streamPos += count;
        return count;
      }
      start += size;
    }
    return -1;
  }

  @Override
  public long length() {
    long sum = 0;
    for (int i = 0; i < pieces.length; i++) {
      sum += to[i] - from[i];
    }
    return sum;
  }
}
