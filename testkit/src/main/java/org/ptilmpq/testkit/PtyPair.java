package org.ptilmpq.testkit;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * A serial line without hardware: a pair of pseudo terminals in raw mode (Linux). The program under test opens {@link
 * #device} like a serial port, the test is the device at the other end. {@link #close} pulls the plug. Needs {@code
 * --enable-native-access}. One thread may read while another writes; closing is for when neither does.
 */
public final class PtyPair implements AutoCloseable {

  private static final int O_RDWR = 2;
  private static final int O_NOCTTY = 0x100;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final short POLLIN = 1;
  private static final short POLLOUT = 4;
  private static final int EAGAIN = 11;
  private static final int CHUNK = 4096;

  /** More than any termios structure has. */
  private static final long TERMIOS_BYTES = 256;

  /** Longer than a program under test leaves its port alone. */
  private static final int WRITE_MILLIS = 30_000;

  private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final ValueLayout INT = ValueLayout.JAVA_INT;
  private static final ValueLayout LONG = ValueLayout.JAVA_LONG;
  private static final AddressLayout POINTER = ValueLayout.ADDRESS;

  private static final MethodHandle POSIX_OPENPT = function("posix_openpt", INT, INT);
  private static final MethodHandle GRANTPT = function("grantpt", INT, INT);
  private static final MethodHandle UNLOCKPT = function("unlockpt", INT, INT);
  private static final MethodHandle PTSNAME_R = function("ptsname_r", INT, INT, POINTER, LONG);
  private static final MethodHandle OPEN = function("open", INT, POINTER, INT);
  private static final MethodHandle TCGETATTR = function("tcgetattr", INT, INT, POINTER);
  private static final MethodHandle CFMAKERAW =
      handle("cfmakeraw", FunctionDescriptor.ofVoid(POINTER));
  private static final MethodHandle TCSETATTR = function("tcsetattr", INT, INT, INT, POINTER);
  private static final MethodHandle POLL = function("poll", INT, POINTER, LONG, INT);
  private static final MethodHandle READ = function("read", LONG, INT, POINTER, LONG);
  private static final MethodHandle WRITE = function("write", LONG, INT, POINTER, LONG);
  private static final MethodHandle CLOSE = function("close", INT, INT);

  private final Arena arena = Arena.ofAuto();
  private final Direction in = new Direction();
  private final Direction out = new Direction();
  private final int master;
  private final Path device;

  /** Kept open, so that what is written before the program under test opens its end waits for it. */
  private final int ownSlave;

  /** Native memory of one direction. */
  private final class Direction {
    private final MemorySegment bytes = arena.allocate(CHUNK);
    private final MemorySegment poll = arena.allocate(8, 4);
    private final MemorySegment errno = arena.allocate(CAPTURED);

    /** Calls a function that returns a negative number on failure, which is passed on. */
    private long call(MethodHandle function, Object... arguments) {
      Object[] all = new Object[arguments.length + 1];
      all[0] = errno;
      System.arraycopy(arguments, 0, all, 1, arguments.length);
      return ((Number) invoke(function, all)).longValue();
    }

    private long checked(String what, MethodHandle function, Object... arguments) throws IOException {
      long result = call(function, arguments);
      if (result < 0) {
        throw new IOException(what + ": errno " + errno());
      }
      return result;
    }

    private int errno() {
      return (int) ERRNO.get(errno, 0L);
    }

    private boolean wait(short event, int millis) throws IOException {
      poll.set(ValueLayout.JAVA_INT, 0, master);
      poll.set(ValueLayout.JAVA_SHORT, 4, event);
      return checked("poll", POLL, poll, 1L, millis) > 0;
    }
  }

  /** Opens a pair. */
  public PtyPair() throws IOException {
    master = (int) in.checked("posix_openpt", POSIX_OPENPT, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    in.checked("grantpt", GRANTPT, master);
    in.checked("unlockpt", UNLOCKPT, master);
    in.checked("ptsname_r", PTSNAME_R, master, in.bytes, (long) CHUNK);
    device = Path.of(in.bytes.getString(0));
    ownSlave = (int) in.checked("open " + device, OPEN, in.bytes, O_RDWR | O_NOCTTY | O_CLOEXEC);
    MemorySegment termios = arena.allocate(TERMIOS_BYTES, 8);
    in.checked("tcgetattr", TCGETATTR, ownSlave, termios);
    invoke(CFMAKERAW, termios);
    in.checked("tcsetattr", TCSETATTR, ownSlave, 0, termios);
  }

  /** The path that the program under test opens: {@code /dev/pts/N}. */
  public Path device() {
    return device;
  }

  /**
   * Reads what has arrived, waiting for the first byte.
   *
   * @param millis how long to wait
   * @return number of bytes, 0 when none arrived in time
   */
  public int read(byte[] into, int millis) throws IOException {
    if (!in.wait(POLLIN, millis)) {
      return 0;
    }
    int count = (int) in.checked("read", READ, master, in.bytes, (long) Math.min(into.length, CHUNK));
    MemorySegment.copy(in.bytes, ValueLayout.JAVA_BYTE, 0, into, 0, count);
    return count;
  }

  /**
   * Writes all bytes, waiting for the program under test to take them.
   *
   * @throws IOException when it takes none for half a minute
   */
  public void write(byte[] from, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      if (!out.wait(POLLOUT, WRITE_MILLIS)) {
        throw new IOException(device + " takes no bytes");
      }
      int count = Math.min(CHUNK, length - done);
      MemorySegment.copy(from, offset + done, out.bytes, ValueLayout.JAVA_BYTE, 0, count);
      long written = out.call(WRITE, master, out.bytes, (long) count);
      if (written < 0 && out.errno() != EAGAIN) {
        throw new IOException("write: errno " + out.errno());
      }
      done += (int) Math.max(0, written);
    }
  }

  /** Pulls the plug: the other end sees its device go. */
  @Override
  public void close() throws IOException {
    in.checked("close", CLOSE, ownSlave);
    in.checked("close", CLOSE, master);
  }

  private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
    return handle(name, FunctionDescriptor.of(result, arguments), Linker.Option.captureCallState("errno"));
  }

  @SuppressWarnings("restricted")
  private static MethodHandle handle(String name, FunctionDescriptor type, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), type, options);
  }

  private static Object invoke(MethodHandle function, Object... arguments) {
    try {
      return function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("C functions don't throw", e);
    }
  }
}
