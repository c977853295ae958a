package org.ptilmpq.profiles;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * The text of {@code /proc/cpuinfo}: a block of lines for each processor, and on Raspberry Pi kernels one for the
 * board.
 *
 * @param name of the processor or its core, "unknown" where there is none
 * @param cores the core of each processor: all alike on the boards profiled here
 * @param features that an Arm core reports, "fp asimd crc32"; empty elsewhere
 * @param board "Model" of Raspberry Pi kernels: "Raspberry Pi 4 Model B Rev 1.4"
 * @param hardware "Hardware" of older ones, which says BCM2835 on every Raspberry Pi from kernel 4.9 on
 * @param revision "Revision" of Raspberry Pi kernels, the code of the board in hexadecimal digits
 */
record CpuInfo(String name, List<String> cores, List<String> features, String board, String hardware, String revision) {

  /** Part numbers in the main ID register of Arm's own cores (Arm technical reference manuals, MIDR_EL1). */
  private static final Map<String, String> ARM_PARTS =
      Map.of(
          "0xd03", "Cortex-A53",
          "0xd05", "Cortex-A55",
          "0xd07", "Cortex-A57",
          "0xd08", "Cortex-A72",
          "0xd0b", "Cortex-A76",
          "0xd41", "Cortex-A78",
          "0xd42", "Cortex-A78AE");

  private static final String ARM_IMPLEMENTER = "0x41";

  static CpuInfo parse(String text) {
    Map<String, String> first = new LinkedHashMap<>();
    List<String> cores = new ArrayList<>();
    String implementer = "";
    for (String line : (Iterable<String>) text.lines()::iterator) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        continue;
      }
      String key = line.substring(0, colon).strip();
      String value = SystemFiles.printable(line.substring(colon + 1));
      first.putIfAbsent(key, value);
      if (key.equals("CPU implementer")) {
        implementer = value;
      } else if (key.equals("CPU part")) {
        cores.add(core(implementer, value));
      }
    }
    // Some arm64 kernels also print a "model name", but it says no more than "ARMv8 Processor rev 1 (v8l)".
    String name = SystemFiles.printable(String.join(" and ", new LinkedHashSet<>(cores)));
    if (name.isEmpty()) {
      name = first.getOrDefault("model name", "");
    }
    List<String> features = List.of(first.getOrDefault("Features", "").split(" "));
    return new CpuInfo(
        name.isEmpty() ? "unknown" : name,
        Collections.unmodifiableList(cores),
        features,
        first.getOrDefault("Model", ""),
        first.getOrDefault("Hardware", ""),
        first.getOrDefault("Revision", ""));
  }

  private static String core(String implementer, String part) {
    boolean known = implementer.equals(ARM_IMPLEMENTER) && ARM_PARTS.containsKey(part);
    return known ? ARM_PARTS.get(part) : "part " + part;
  }
}
