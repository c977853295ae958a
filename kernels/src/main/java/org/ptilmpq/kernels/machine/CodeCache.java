package org.ptilmpq.kernels.machine;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.ptilmpq.kernels.machine.code.ExecutableCode;

/**
 * The functions of a kernel set, each written once for all layers that need the same. Layers are prepared by several
 * threads.
 */
final class CodeCache implements AutoCloseable {

  private final Map<CodeKey, Entry> entries = new HashMap<>();

  private record Entry(ExecutableCode executable, MachineKernel.Code code) {}

  /**
   * A function, written if it isn't there.
   *
   * @param key equal for equal functions
   * @param writer gives its instructions
   * @throws org.ptilmpq.kernels.machine.code.ExecutableCodeException when the system forbids machine code
   */
  synchronized MachineKernel.Code get(CodeKey key, Supplier<byte[]> writer) {
    Entry entry = entries.get(key);
    if (entry == null) {
      byte[] bytes = writer.get();
      ExecutableCode executable = new ExecutableCode(bytes);
      entry = new Entry(executable, new MachineKernel.Code(executable.function(0), bytes));
      entries.put(key, entry);
    }
    return entry.code;
  }

  /** Gives back the memory of all functions, none of which may run then. */
  @Override
  public synchronized void close() {
    entries.values().forEach(entry -> entry.executable.close());
    entries.clear();
  }
}
