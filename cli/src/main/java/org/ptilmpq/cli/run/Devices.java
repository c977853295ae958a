package org.ptilmpq.cli.run;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.Json;
import org.ptilmpq.kernels.TileSizes;
import org.ptilmpq.profiles.ByteSize;
import org.ptilmpq.profiles.DeviceProfile;
import org.ptilmpq.profiles.DeviceProfiles;
import org.ptilmpq.profiles.Machine;
import org.ptilmpq.profiles.MachineDetection;
import org.ptilmpq.runtime.ProfileSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code devices}: lists the device profiles, and says which one this machine has. */
@Command(name = "devices", description = "List the device profiles, and say which one this machine has.")
final class Devices implements Callable<Integer> {

  @Option(names = "--json", description = "One JSON object a profile, this machine first.")
  private boolean json;

  @Override
  public Integer call() {
    Machine machine = MachineDetection.detect();
    DeviceProfiles.Match match = DeviceProfiles.match(machine);
    if (json) {
      System.out.println(machine(machine, match));
      DeviceProfiles.builtIn().forEach(profile -> System.out.println(profile(profile)));
    } else {
      print(machine, match);
    }
    return ExitCode.DONE;
  }

  /** Describes a machine for users and scripts alike; also part of {@code benchmark --json}. */
  static Json machine(Machine machine, DeviceProfiles.Match match) {
    return new Json()
        .put("machine", machine.model().isEmpty() ? machine.cpu() : machine.model())
        .put("cpu", machine.cpu())
        .put("architecture", machine.architecture())
        .put("processors", machine.processors())
        .put("memory_bytes", machine.memoryBytes())
        .put("memory_limit", machine.memoryLimit().toString())
        .put("profile", match.profile() == null ? null : match.profile().name())
        .put("reason", match.reason());
  }

  /** Returns the sizes of the kernels' tiles; {@code benchmark --json} has those in use. */
  static Json tiles(TileSizes tiles) {
    return new Json()
        .put("pixels", tiles.pixels())
        .put("kept_pixels", tiles.keptPixels())
        .put("table_bytes", tiles.tableBytes());
  }

  private static Json profile(DeviceProfile profile) {
    return new Json()
        .put("name", profile.name())
        .put("title", profile.title())
        .put("architecture", profile.architecture())
        .put("cpu", profile.cpu())
        .put("cores", profile.cores())
        .put("clock_mhz", profile.clockMegahertz())
        .put("memory_bytes", profile.memoryBytes())
        .put("simd_bits", profile.simdBits())
        .put("dot_product", profile.dotProduct())
        .put("l1d_bytes", profile.l1DataBytes())
        .put("l2_bytes", profile.l2Bytes())
        .put("l2_shared", profile.l2Shared())
        .put("l3_bytes", profile.l3Bytes())
        .put("threads", profile.threads())
        .put("memory_cap_bytes", profile.memoryCapBytes())
        .put("tiles", tiles(ProfileSettings.tiles(profile)))
        .put("sources", profile.sources());
  }

  private static void print(Machine machine, DeviceProfiles.Match match) {
    String name = machine.model().isEmpty() ? machine.cpu() : machine.model() + ", " + machine.cpu();
    System.out.printf(
        "This machine: %s, %s, %d processors, %s (%s)%n",
        name,
        machine.architecture(),
        machine.processors(),
        machine.memoryBytes() == 0 ? "unknown memory" : ByteSize.format(machine.memoryBytes()),
        machine.memoryLimit());
    System.out.printf(
        "Its profile:  %s, because %s%n%n", match.profile() == null ? "none" : match.profile().name(), match.reason());
    TextTable table =
        new TextTable(
            "", "name", "board", "cores", "memory", "SIMD", "L1d", "L2", "L3", "tile", "threads", "memory cap");
    for (DeviceProfile profile : DeviceProfiles.builtIn()) {
      List<String> row = new ArrayList<>();
      row.add(match.profile() != null && profile.name().equals(match.profile().name()) ? "*" : "");
      row.add(profile.name());
      row.add(profile.title());
      row.add(profile.isGeneric() ? "" : profile.cores() + " " + profile.cpu());
      row.add(size(profile.memoryBytes()));
      row.add(profile.simdBits() + (profile.dotProduct() ? "+dot" : ""));
      row.add(size(profile.l1DataBytes()));
      row.add(size(profile.l2Bytes()) + (profile.l2Shared() ? " shared" : ""));
      row.add(size(profile.l3Bytes()));
      row.add(ProfileSettings.tiles(profile).pixels() + " pixels");
      row.add(profile.threads() == 0 ? "all" : Integer.toString(profile.threads()));
      row.add(profile.memoryCapBytes() == 0 ? "none" : ByteSize.format(profile.memoryCapBytes()));
      table.row(row);
    }
    System.out.print(table);
  }

  private static String size(long bytes) {
    return bytes == 0 ? "" : ByteSize.format(bytes);
  }
}
