package org.ptilmpq.kernels.machine;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.ptilmpq.kernels.machine.code.ExecutableCode;

/**
 * The functions of a kernel set, each written once for all layers that need the same one. Layers are prepared by
 * several threads, which write different functions at the same time.
 */
final class CodeCache implements AutoCloseable {

  private final Map<CodeKey, Entry> entries = new HashMap<>();

  /** A function, once it is written. */
  private static final class Entry {
    private ExecutableCode executable;
    private MachineKernel.Code code;

    synchronized MachineKernel.Code code(Supplier<byte[]> writer) {
      if (code == null) {
        byte[] bytes = writer.get();
        executable = new ExecutableCode(bytes);
        code = new MachineKernel.Code(executable.function(0), bytes);
      }
      return code;
    }

    synchronized void close() {
      if (executable != null) {
        executable.close();
      }
    }
  }

  /**
   * Returns a function, which is written if it isn't there.
   *
   * @param key equal for equal functions
   * @param writer returns its instructions
   * @throws org.ptilmpq.kernels.machine.code.ExecutableCodeException when the system forbids machine code
   */
  MachineKernel.Code get(CodeKey key, Supplier<byte[]> writer) {
    Entry entry;
    synchronized (entries) {
      entry = entries.get(key);
      if (entry == null) {
        entry = new Entry();
        entries.put(key, entry);
      }
    }
    return entry.code(writer);
  }

  /** Frees the memory of all functions, none of which may be running. */
  @Override
  public void close() {
    synchronized (entries) {
      for (Entry entry : entries.values()) {
        entry.close();
      }
      entries.clear();
    }
  }
}
