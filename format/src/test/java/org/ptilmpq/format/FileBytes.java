package org.ptilmpq.format;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The bytes of a file, to be changed by hand: finds tables and fields as docs/format.md describes them, without the
 * generated code, and repairs checksums, so that a change reaches the checks that follow them.
 */
final class FileBytes {

  private static final int SECTIONS_SLOT = 12;
  private static final int SECTION_BYTES = 12;

  private byte[] bytes;
  private ByteBuffer buffer;
  private final int sections;
  private final int sectionCount;

  /** @param file a valid one */
  FileBytes(byte[] file) {
    set(file.clone());
    int vector = target(field(root(), SECTIONS_SLOT));
    this.sections = vector + 4;
    this.sectionCount = buffer.getInt(vector);
  }

  void set(byte[] changed) {
    bytes = changed;
    buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  byte[] bytes() {
    return bytes;
  }

  int getInt(int position) {
    return buffer.getInt(position);
  }

  FileBytes putInt(int position, int value) {
    buffer.putInt(position, value);
    return this;
  }

  FileBytes putShort(int position, int value) {
    buffer.putShort(position, (short) value);
    return this;
  }

  FileBytes putByte(int position, int value) {
    buffer.put(position, (byte) value);
    return this;
  }

  /** Length of the size-prefixed FlatBuffer. */
  int metadataBytes() {
    return 4 + buffer.getInt(0);
  }

  /** Position of the root table. */
  int root() {
    return target(4);
  }

  int vtable(int table) {
    return table - buffer.getInt(table);
  }

  /** Position of a field of a table; the field must be there. */
  int field(int table, int slot) {
    int offset = buffer.getShort(vtable(table) + 4 + 2 * slot);
    if (offset == 0) {
      throw new AssertionError("slot " + slot + " is left out");
    }
    return table + offset;
  }

  /** Position that the reference at a position leads to. */
  int target(int position) {
    return position + buffer.getInt(position);
  }

  /** Position of a table in a vector of tables of the root table. */
  int element(int slot, int index) {
    return target(target(field(root(), slot)) + 4 + 4 * index);
  }

  /** Position of an entry of the section table. */
  int section(int index) {
    return sections + SECTION_BYTES * index;
  }

  /** Corrects all checksums that can still be found. */
  FileBytes repair() {
    if (bytes.length < FileLayout.SIZE_PREFIX) {
      return this;
    }
    long metadata = FileLayout.SIZE_PREFIX + Integer.toUnsignedLong(buffer.getInt(0));
    for (int i = 0; i < sectionCount && section(i) + SECTION_BYTES <= bytes.length; i++) {
      long offset = Integer.toUnsignedLong(buffer.getInt(section(i)));
      long length = Integer.toUnsignedLong(buffer.getInt(section(i) + 4));
      if (offset + length <= bytes.length) {
        buffer.putInt(section(i) + 8, FileLayout.crc32c(MemorySegment.ofArray(bytes).asSlice(offset, length)));
      }
    }
    if (metadata + FileLayout.CHECKSUM <= bytes.length) {
      buffer.putInt((int) metadata, FileLayout.crc32c(MemorySegment.ofArray(bytes).asSlice(0, metadata)));
    }
    return this;
  }
}
