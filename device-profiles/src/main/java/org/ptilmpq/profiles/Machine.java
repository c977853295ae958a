package org.ptilmpq.profiles;

/**
 * The machine at hand, as the operating system shows it.
 *
 * @param model the board's name in the device tree, or empty
 * @param cpu the processor's name, or "unknown"
 * @param architecture "aarch64", "x86_64" or whatever else Java calls it
 * @param processors that this process may use
 * @param memoryBytes that this process may use: main memory or a control group's limit; 0 when unknown
 * @param memoryLimit what limits the memory: "main memory", "control group", or "unknown"
 */
public record Machine(
    String model, String cpu, String architecture, int processors, long memoryBytes, String memoryLimit) {}
