package org.ptilmpq.profiles;

import java.util.List;

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
    Board board, String cpu, String architecture, int processors, long memoryBytes, MemoryLimit memoryLimit) {

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

  /**
   * What the system shows of the board it runs on, the most reliable first. Any part may be missing: containers hide
   * the device tree ({@code /sys/firmware} is masked in Docker and Podman, and {@code /proc/device-tree} leads there),
   * kernels differ in what they print.
   *
   * @param names what the board is called
   * @param compatible the device tree's strings, the board's own before those of its chip: "raspberrypi,4-model-b",
   *     "brcm,bcm2711"
   * @param compatibleFile where these were read
   * @param revision a Raspberry Pi's code in hexadecimal digits, "c03114", or empty
   * @param hardware the chip as some kernels print it, "BCM2711", or empty
   * @param cores the core of each processor of the machine, "Cortex-A72"
   * @param features that an Arm core reports, "aes", "asimddp"
   * @param memoryBytes main memory of the machine, however much of it this process may use; 0 when unknown
   */
  public record Board(
      List<Name> names,
      List<String> compatible,
      String compatibleFile,
      String revision,
      String hardware,
      List<String> cores,
      List<String> features,
      long memoryBytes) {

    /**
     * A name of the board.
     *
     * @param text "Raspberry Pi 4 Model B Rev 1.4"
     * @param file that says so
     */
    public record Name(String text, String file) {}

    /** No evidence at all. */
    public static final Board NONE =
        new Board(List.of(), List.of(), "", "", "", List.of(), List.of(), 0);

    public Board {
      names = List.copyOf(names);
      compatible = List.copyOf(compatible);
      cores = List.copyOf(cores);
      features = List.copyOf(features);
    }
  }
}
