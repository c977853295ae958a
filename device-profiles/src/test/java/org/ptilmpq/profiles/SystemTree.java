package org.ptilmpq.profiles;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A made-up {@code /proc} and {@code /sys}, in the formats of real kernels. */
record SystemTree(Path root) {

  SystemTree write(String below, String text) {
    return write(below, text.getBytes(StandardCharsets.UTF_8));
  }

  SystemTree write(String below, byte[] bytes) {
    try {
      Path file = root.resolve(below);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the device tree, and {@code /proc/device-tree} as a link to it. */
  SystemTree deviceTree(String model, String... compatible) {
    write("sys/firmware/devicetree/base/model", model + "\0");
    write("sys/firmware/devicetree/base/compatible", String.join("\0", compatible) + "\0");
    try {
      Files.createDirectories(root.resolve("proc"));
      Files.createSymbolicLink(root.resolve("proc/device-tree"), Path.of("../sys/firmware/devicetree/base"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Writes what arm64 kernels print: a block for each processor, then what a Raspberry Pi's adds. */
  SystemTree armCpuInfo(int processors, String part, String features, String more) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < processors; i++) {
      text.append("processor\t: ").append(i).append("\nBogoMIPS\t: 108.00\nFeatures\t: ").append(features);
      text.append("\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x0\nCPU part\t: ").append(part);
      text.append("\nCPU revision\t: 3\n\n");
    }
    return write("proc/cpuinfo", text + more);
  }

  SystemTree memory(long kibibytes) {
    return write("proc/meminfo", "MemTotal:       %8d kB\nMemFree:          123456 kB\n".formatted(kibibytes));
  }

  Machine machine(String osArch, int processors) {
    return new MachineDetection(root, osArch, processors).machine();
  }
}
