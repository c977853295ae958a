package org.ptilmpq.cli;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.ptilmpq.kernels.KernelCosts;
import org.ptilmpq.profiles.MachineDetection;

/**
 * Keeps the kernel costs that {@code devices --measure} found on this machine, in the user's cache folder: {@code
 * $XDG_CACHE_HOME} or {@code ~/.cache}. Costs of another processor or another Java are no costs of this machine.
 */
public final class MeasuredCosts {

  private static final System.Logger LOG = System.getLogger(MeasuredCosts.class.getName());

  private static final String MACHINE = "machine";

  private MeasuredCosts() {}

  /** Where they are kept. */
  public static Path file() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path folder =
        cache == null || cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
    return folder.resolve("ptilmpq").resolve("kernel-costs.properties");
  }

  /** Empty if nothing was measured here. A file that can't be read is passed over: only speed depends on it. */
  public static Optional<KernelCosts> read() {
    return read(file(), machine());
  }

  static Optional<KernelCosts> read(Path file, String machine) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (Reader reader = Files.newBufferedReader(file)) {
      Properties properties = new Properties();
      properties.load(reader);
      if (!machine.equals(properties.remove(MACHINE))) {
        return Optional.empty();
      }
      Map<String, Double> values = new HashMap<>();
      for (String name : properties.stringPropertyNames()) {
        values.put(name, Double.parseDouble(properties.getProperty(name)));
      }
      return Optional.of(KernelCosts.of(values));
    } catch (IOException | IllegalArgumentException e) {
      LOG.log(System.Logger.Level.WARNING, file + " is left aside: " + e.getMessage() + "; 'devices --measure' renews it");
      return Optional.empty();
    }
  }

  /** Keeps them for this machine. */
  public static void write(KernelCosts costs) throws IOException {
    write(costs, file(), machine());
  }

  static void write(KernelCosts costs, Path file, String machine) throws IOException {
    Properties properties = new Properties();
    properties.setProperty(MACHINE, machine);
    costs.values().forEach((name, value) -> properties.setProperty(name, value.toString()));
    Files.createDirectories(file.getParent());
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, "Nanoseconds of kernel steps, by: ptilmpq devices --measure");
    }
  }

  private static String machine() {
    return MachineDetection.detect().cpu() + ", Java " + Runtime.version().feature();
  }
}
