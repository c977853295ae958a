package org.ptilmpq.format;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The parts of a compressed file, to be changed by hand and reassembled with matching lengths and checksums. */
final class CompressedBytes {

  /** The size-prefixed FlatBuffer that the file begins with. */
  byte[] frame;

  /** The inflated graph, without a prefix. */
  byte[] graph;

  /** The length that the graph is said to inflate to; −1: its true length. */
  int graphLength = -1;

  byte[] head;
  byte[] streams;

  private int position;

  /** @param file a valid one */
  CompressedBytes(byte[] file) throws PqFormatException {
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    frame = Arrays.copyOf(file, 4 + buffer.getInt(0));
    position = frame.length + 4;
    byte[] prefixed = new byte[4 + number(file)];
    MetadataDeflater.inflate(bytes(file, number(file)), prefixed, 4);
    graph = Arrays.copyOfRange(prefixed, 4, prefixed.length);
    head = bytes(file, number(file));
    streams = Arrays.copyOfRange(file, position, file.length - 4);
  }

  private int number(byte[] file) {
    int number = 0;
    for (int shift = 0; ; shift += 7) {
      int next = file[position++];
      number |= (next & 0x7F) << shift;
      if (next >= 0) {
        return number;
      }
    }
  }

  private byte[] bytes(byte[] file, int length) {
    position += length;
    return Arrays.copyOfRange(file, position - length, position);
  }

  byte[] file() {
    return file(MetadataDeflater.deflate(graph));
  }

  /** The file with these bytes for the deflated graph. */
  byte[] file(byte[] deflated) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    putNumber(body, graphLength < 0 ? graph.length : graphLength);
    putNumber(body, deflated.length);
    body.writeBytes(deflated);
    putNumber(body, head.length);
    body.writeBytes(head);
    body.writeBytes(streams);
    return file(frame, body.toByteArray());
  }

  /** A frame and a body with the length and the checksums that match them. */
  static byte[] file(byte[] frame, byte[] body) {
    ByteBuffer file = ByteBuffer.allocate(frame.length + body.length + 8).order(ByteOrder.LITTLE_ENDIAN);
    file.put(frame);
    // The table begins at the root reference; its vtable has the offset of field 3, the file's length.
    int root = 4 + file.getInt(4);
    int vtable = root - file.getInt(root);
    file.putInt(root + file.getShort(vtable + 4 + 2 * 3), file.capacity());
    byte[] changed = Arrays.copyOf(file.array(), frame.length);
    file.putInt(FileLayout.crc32c(MemorySegment.ofArray(changed)));
    file.put(body).putInt(FileLayout.crc32c(MemorySegment.ofArray(body)));
    return file.array();
  }

  static void putNumber(ByteArrayOutputStream out, int number) {
    int left = number;
    while (left >= 0x80) {
      out.write(left | 0x80);
      left >>>= 7;
    }
    out.write(left);
  }
}
