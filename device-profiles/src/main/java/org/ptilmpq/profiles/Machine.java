package org.ptilmpq.profiles;

/**
 * The machine at hand, as the operating system shows it.
 *
 * @param board what the system shows of its board
 * @param cpu the processor's name, or "unknown"
 * @param architecture "aarch64", "x86_64" or whatever else Java calls it
 * @param processors that this process may use
 * @param memoryBytes that this process may use: main memory or a control group's limit; 0 when unknown
 * @param memoryLimit what limits the memory
 */
public record Machine(
    BoardEvidence board, String cpu, String architecture, int processors, long memoryBytes, MemoryLimit memoryLimit) {

  /** What limits the memory of this process. */
  public enum MemoryLimit {
    MAIN_MEMORY("main memory"),
    CONTROL_GROUP("control group"),
    UNKNOWN("unknown");

    private final String text;

    MemoryLimit(String text) {
      this.text = text;
    }

    /** The text for users and JSON alike. */
    @Override
    public String toString() {
      return text;
    }
  }

  /** The board's name, or empty. */
  public String model() {
    return board.names().isEmpty() ? "" : board.names().getFirst().text();
  }
}
