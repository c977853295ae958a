package org.ptilmpq.kernels.machine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.TensorView;
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
   * @throws org.ptilmpq.kernels.machine.code.ExecutableCode.ForbiddenException when the system forbids machine code
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

  /**
   * The key of functions for the same computation: what is computed, and every number that their code depends on. Not a
   * record of records, since the virtual machine puts their equality together on first use: a cold process would wait
   * for that.
   */
  static final class CodeKey {

    private final String kind;
    private int[] numbers = new int[32];
    private int count;

    CodeKey(String kind) {
      this.kind = kind;
    }

    CodeKey and(int number) {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      numbers[count++] = number;
      return this;
    }

    CodeKey and(boolean flag) {
      return and(flag ? 1 : 0);
    }

    CodeKey and(List<Integer> others) {
      and(others.size());
      for (int other : others) {
        and(other);
      }
      return this;
    }

    /** Adds the size of a tensor; its place is in the {@link Context}. */
    CodeKey and(TensorView view) {
      return and(view.height()).and(view.width()).and(view.channels());
    }

    CodeKey and(KernelSpec.Window w) {
      return and(w.kernelHeight()).and(w.kernelWidth())
          .and(w.strideY()).and(w.strideX())
          .and(w.dilationY()).and(w.dilationX())
          .and(w.padTop()).and(w.padLeft());
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof CodeKey key
          && kind.equals(key.kind)
          && Arrays.equals(numbers, 0, count, key.numbers, 0, key.count);
    }

    @Override
    public int hashCode() {
      int hash = kind.hashCode();
      for (int i = 0; i < count; i++) {
        hash = 31 * hash + numbers[i];
      }
      return hash;
    }
  }
}
