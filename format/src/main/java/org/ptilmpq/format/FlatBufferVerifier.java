package org.ptilmpq.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ptilmpq.format.PqSchema.Field;
import org.ptilmpq.format.PqSchema.Scalar;
import org.ptilmpq.format.PqSchema.Struct;
import org.ptilmpq.format.PqSchema.SubTable;
import org.ptilmpq.format.PqSchema.TableShape;
import org.ptilmpq.format.PqSchema.TableVector;
import org.ptilmpq.format.PqSchema.Text;
import org.ptilmpq.format.PqSchema.Union;
import org.ptilmpq.format.PqSchema.Vector;

/**
 * Checks that a FlatBuffer can be read through its generated classes: every table, vector and string that the schema
 * knows lies inside the buffer, is aligned, and is there when required; strings are UTF-8. FlatBuffers for Java has
 * no verifier.
 *
 * <p>The schema nests no table in itself, so the depth is bounded. Objects can neither be shared nor overlap beyond
 * what the buffer could hold side by side: without that, a vector of a thousand references to one large table would be
 * decoded into a thousand copies.
 */
final class FlatBufferVerifier {

  private final ByteBuffer buffer;
  private long objectBytes;

  /**
   * @param buffer whose index 0 is the file's first byte, the size prefix, and whose limit is the FlatBuffer's end
   */
  FlatBufferVerifier(ByteBuffer buffer) {
    this.buffer = buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Checks the root table, and from there everything that the shape knows. */
  void verify(TableShape root) throws PqFormatException {
    objectBytes = 0;
    table(root, target(FileLayout.SIZE_PREFIX, FieldPath.of("root")), null);
  }

  /** Where the verified root table begins. */
  int rootPosition() {
    return FileLayout.SIZE_PREFIX + buffer.getInt(FileLayout.SIZE_PREFIX);
  }

  /**
   * Where the tables of a vector of the verified root table begin.
   *
   * @param slot of the vector in the root table
   */
  int[] tablePositions(int slot) {
    int root = rootPosition();
    int vtable = root - buffer.getInt(root);
    int field = root + unsignedShort(vtable + 4 + 2 * slot);
    int vector = field + buffer.getInt(field);
    int[] positions = new int[buffer.getInt(vector)];
    for (int i = 0; i < positions.length; i++) {
      int element = vector + 4 + 4 * i;
      positions[i] = element + buffer.getInt(element);
    }
    return positions;
  }

  private void table(TableShape shape, int position, FieldPath path) throws PqFormatException {
    FieldPath where = path == null ? FieldPath.of(shape.name()) : path;
    checkInside(position, 4, 4, where);
    long vtable = (long) position - buffer.getInt(position);
    if (vtable < FileLayout.SIZE_PREFIX || vtable % 2 != 0 || vtable + 4 > buffer.limit()) {
      throw fault(where, position, "its vtable would lie at " + vtable);
    }
    int vtableBytes = unsignedShort((int) vtable);
    int tableBytes = unsignedShort((int) vtable + 2);
    if (vtableBytes < 4 || vtableBytes % 2 != 0 || vtable + vtableBytes > buffer.limit()) {
      throw fault(where, vtable, "a vtable of " + vtableBytes + " bytes");
    }
    if (tableBytes < 4 || (long) position + tableBytes > buffer.limit()) {
      throw fault(where, vtable, "a table of " + tableBytes + " bytes does not fit");
    }
    count(tableBytes, position, where);
    Table table = new Table(position, (int) vtable, vtableBytes, tableBytes);
    int slot = 0;
    for (Field field : shape.fields()) {
      field(table, slot, field, new FieldPath(path, field.name(), FieldPath.NO_INDEX));
      slot += field instanceof Union ? 2 : 1;
    }
  }

  private void field(Table table, int slot, Field field, FieldPath path) throws PqFormatException {
    switch (field) {
      case Scalar scalar -> inline(table, slot, scalar.bytes(), scalar.bytes(), false, path);
      case Struct struct -> inline(table, slot, struct.bytes(), 4, true, path);
      case Text text -> {
        int at = inline(table, slot, 4, 4, text.required(), path);
        if (at != 0) {
          text(target(at, path), text, path);
        }
      }
      case Vector vector -> {
        int at = inline(table, slot, 4, 4, vector.required(), path);
        if (at != 0) {
          vector(target(at, path), vector.elementBytes(), vector.alignment(), vector.maxCount(), path);
        }
      }
      case TableVector vector -> {
        int at = inline(table, slot, 4, 4, true, path);
        int first = vector(target(at, path), 4, 4, vector.maxCount(), path);
        int count = buffer.getInt(first - 4);
        for (int i = 0; i < count; i++) {
          FieldPath element = new FieldPath(path, "", i);
          table(vector.shape(), target(first + 4 * i, element), element);
        }
      }
      case SubTable sub -> {
        int at = inline(table, slot, 4, 4, sub.required(), path);
        if (at != 0) {
          table(sub.shape(), target(at, path), path);
        }
      }
      case Union union -> union(table, slot, union, path);
    }
  }

  private void union(Table table, int slot, Union union, FieldPath path) throws PqFormatException {
    int typeAt = inline(table, slot, 1, 1, true, path.type());
    int type = buffer.get(typeAt) & 0xFF;
    List<TableShape> shapes = union.shapes();
    if (type == 0 || type > shapes.size()) {
      throw fault(
          path.type(), typeAt, type + " is no operation that this version knows; a newer one may have written it");
    }
    int at = inline(table, slot + 1, 4, 4, true, path);
    table(shapes.get(type - 1), target(at, path), path);
  }

  /** The position of a field in its table, or 0 when it is left out. */
  private int inline(Table table, int slot, int bytes, int alignment, boolean required, FieldPath path)
      throws PqFormatException {
    int entry = 4 + 2 * slot;
    int offset = entry + 2 <= table.vtableBytes ? unsignedShort(table.vtable + entry) : 0;
    if (offset == 0) {
      if (required) {
        throw fault(path, table.position, "missing");
      }
      return 0;
    }
    int position = table.position + offset;
    if (offset < 4 || offset + bytes > table.tableBytes || position % alignment != 0) {
      throw fault(
          path, table.position, "at offset " + offset + " of a table of " + table.tableBytes + " bytes");
    }
    return position;
  }

  /** Follows the reference at a checked position. */
  private int target(int position, FieldPath path) throws PqFormatException {
    long target = position + Integer.toUnsignedLong(buffer.getInt(position));
    if (target == position || target + 4 > buffer.limit()) {
      throw fault(path, position, "refers to " + target + ", outside the metadata");
    }
    return (int) target;
  }

  /** Checks a vector and returns the position of its first element. */
  private int vector(int position, int elementBytes, int alignment, int maxCount, FieldPath path)
      throws PqFormatException {
    checkInside(position, 4, 4, path);
    long count = Integer.toUnsignedLong(buffer.getInt(position));
    long bytes = 4 + count * elementBytes;
    if (position + bytes > buffer.limit() || (position + 4) % alignment != 0) {
      throw fault(path, position, count + " elements do not fit");
    }
    if (count > maxCount) {
      throw fault(path, position, count + " elements; " + maxCount + " is the limit");
    }
    count(bytes, position, path);
    return position + 4;
  }

  private void text(int position, Text text, FieldPath path) throws PqFormatException {
    int first = vector(position, 1, 1, text.maxBytes(), path);
    int bytes = buffer.getInt(position);
    if (first + bytes >= buffer.limit() || buffer.get(first + bytes) != 0) {
      throw fault(path, position, "text without its zero byte at the end");
    }
    if (isAscii(first, bytes)) {
      return;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(buffer.slice(first, bytes));
    } catch (CharacterCodingException e) {
      throw new PqFormatException(path + " at byte " + first + ": not UTF-8", e);
    }
  }

  /** A thousand class names mostly are, and a decoder for each takes longer than checking. */
  private boolean isAscii(int first, int bytes) {
    for (int i = first; i < first + bytes; i++) {
      if (buffer.get(i) < 0) {
        return false;
      }
    }
    return true;
  }

  private void checkInside(int position, int bytes, int alignment, FieldPath path) throws PqFormatException {
    if (position % alignment != 0 || position > buffer.limit() - bytes) {
      throw fault(path, position, "unaligned or outside the metadata");
    }
  }

  private void count(long bytes, int position, FieldPath path) throws PqFormatException {
    objectBytes += bytes;
    if (objectBytes > buffer.limit()) {
      throw fault(path, position, "objects of the metadata overlap");
    }
  }

  private static PqFormatException fault(FieldPath path, long position, String what) {
    return PqFormatException.at(path.toString(), position, what);
  }

  private int unsignedShort(int position) {
    return Short.toUnsignedInt(buffer.getShort(position));
  }

  /**
   * Where a field is in the tree of tables, as a chain: "operations[3].weights". Only an error spells it out; there are
   * thousands of fields.
   *
   * @param parent null at the root
   * @param name empty for an element of a vector, which has an index
   */
  private record FieldPath(FieldPath parent, String name, int index) {

    static final int NO_INDEX = -1;

    static FieldPath of(String name) {
      return new FieldPath(null, name, NO_INDEX);
    }

    /** The type of a union, which comes before it. */
    FieldPath type() {
      return new FieldPath(parent, name + "_type", index);
    }

    @Override
    public String toString() {
      if (index != NO_INDEX) {
        return parent + "[" + index + "]";
      }
      return parent == null ? name : parent + "." + name;
    }
  }

  private record Table(int position, int vtable, int vtableBytes, int tableBytes) {}
}
