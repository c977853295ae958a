package org.ptilmpq.cli.run.serial;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Unsigned numbers in byte arrays, lowest byte first. */
final class LittleEndian {

  private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  static long unsigned32(byte[] bytes, int offset) {
    return Integer.toUnsignedLong((int) INT.get(bytes, offset));
  }

  /** Stores the lowest 32 bits. */
  static void put32(byte[] bytes, int offset, long value) {
    INT.set(bytes, offset, (int) value);
  }
}
