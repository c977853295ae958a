package org.ptilmpq.kernels.machine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.ptilmpq.kernels.machine.code.ExecutableCode;

/**
 * The functions of a kernel set, each written once for all layers that need the same. Layers are prepared by several
 * threads, which write different functions at the same time.
 */
final class CodeCache implements AutoCloseable {

  private final Map<CodeKey, Entry> entries = new ConcurrentHashMap<>();

  private record Entry(ExecutableCode executable, MachineKernel.Code code) {}

  /**
   * A function, written if it isn't there.
   *
   * @param key equal for equal functions
   * @param writer gives its instructions
   * @throws org.ptilmpq.kernels.machine.code.ExecutableCodeException when the system forbids machine code
   */
  MachineKernel.Code get(CodeKey key, Supplier<byte[]> writer) {
    return entries.computeIfAbsent(key, _ -> entry(writer.get())).code;
  }

  private static Entry entry(byte[] bytes) {
    ExecutableCode executable = new ExecutableCode(bytes);
    return new Entry(executable, new MachineKernel.Code(executable.function(0), bytes));
  }

  /** Gives back the memory of all functions, none of which may run then. */
  @Override
  public void close() {
    entries.values().forEach(entry -> entry.executable.close());
    entries.clear();
  }
}
