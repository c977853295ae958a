package org.ptilmpq.profiles;

import java.io.IOException;
import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Set;
import java.util.function.Function;

/**
 * A profile's text, {@code key = value} a line as {@link Properties} reads it, to a {@link DeviceProfile}. Every key
 * must be known, so that a misspelt one is an error and not a default. {@code docs/devices.md} lists the keys.
 */
final class ProfileReader {

  private static final String SOURCE = "source.";
  private static final String KERNEL_COST = "kernel.";

  private final String origin;
  private final Map<String, String> values = new TreeMap<>();

  private ProfileReader(String origin) {
    this.origin = origin;
  }

  /**
   * @param name of the profile
   * @param origin the file, for errors
   */
  static DeviceProfile read(String name, String origin, String text) throws DeviceProfileException {
    ProfileReader reader = new ProfileReader(origin);
    reader.load(text);
    DeviceProfile profile =
        new DeviceProfile(
            name,
            reader.text("title"),
            reader.list("models"),
            reader.architecture(),
            reader.text("cpu"),
            reader.number("cores", 1, 1024),
            reader.number("clock.mhz", 0, 100_000),
            reader.size("memory"),
            reader.number("simd.bits", 0, 4096),
            reader.flag("dot-product"),
            reader.size("cache.l1d"),
            reader.size("cache.l2"),
            reader.flag("cache.l2.shared"),
            reader.size("cache.l3"),
            reader.number("threads", 0, 1024),
            reader.size("memory-cap"),
            reader.kernelCosts(),
            reader.sources());
    reader.refuseUnknownKeys();
    return profile;
  }

  private void load(String text) throws DeviceProfileException {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException e) {
      throw new DeviceProfileException(origin + ": not a properties file: " + e.getMessage(), e);
    }
    for (String key : properties.stringPropertyNames()) {
      values.put(key, properties.getProperty(key).strip());
    }
  }

  private String text(String key) throws DeviceProfileException {
    String value = values.remove(key);
    if (value == null || value.isEmpty()) {
      throw new DeviceProfileException(origin + ": \"" + key + "\" is missing");
    }
    return value;
  }

  private <T> T parsed(String key, Function<String, T> parse) throws DeviceProfileException {
    String value = text(key);
    try {
      return parse.apply(value);
    } catch (IllegalArgumentException e) {
      throw new DeviceProfileException(origin + ": " + key + " = " + value + ": " + e.getMessage(), e);
    }
  }

  private int number(String key, int least, int most) throws DeviceProfileException {
    return parsed(
        key,
        value -> {
          if (!value.matches("\\d{1,9}") || Integer.parseInt(value) < least || Integer.parseInt(value) > most) {
            throw new IllegalArgumentException("must be a whole number, " + least + " to " + most);
          }
          return Integer.parseInt(value);
        });
  }

  private long size(String key) throws DeviceProfileException {
    return parsed(key, ByteSize::parse);
  }

  private boolean flag(String key) throws DeviceProfileException {
    return parsed(
        key,
        value ->
            switch (value) {
              case "yes" -> true;
              case "no" -> false;
              default -> throw new IllegalArgumentException("must be yes or no");
            });
  }

  private String architecture() throws DeviceProfileException {
    return parsed(
        "architecture",
        value -> {
          if (!Set.of("aarch64", "x86_64").contains(value)) {
            throw new IllegalArgumentException("must be aarch64 or x86_64");
          }
          return value;
        });
  }

  /** Parts between bars; a missing key is an empty list. */
  private List<String> list(String key) {
    String value = values.remove(key);
    if (value == null) {
      return List.of();
    }
    return Arrays.stream(value.split("\\|")).map(String::strip).filter(part -> !part.isEmpty()).toList();
  }

  private Map<String, Double> kernelCosts() throws DeviceProfileException {
    Map<String, Double> costs = new TreeMap<>();
    for (String key : List.copyOf(values.keySet())) {
      if (key.startsWith(KERNEL_COST)) {
        costs.put(key.substring(KERNEL_COST.length()), parsed(key, ProfileReader::positive));
      }
    }
    return costs;
  }

  private static double positive(String value) {
    if (!value.matches("\\d{1,6}(\\.\\d{1,9})?") || Double.parseDouble(value) <= 0) {
      throw new IllegalArgumentException("must be a number above 0, as 0.25");
    }
    return Double.parseDouble(value);
  }

  private List<String> sources() {
    Set<String> keys = new TreeSet<>(values.keySet());
    keys.removeIf(key -> !key.startsWith(SOURCE));
    return keys.stream().map(values::remove).toList();
  }

  private void refuseUnknownKeys() throws DeviceProfileException {
    if (!values.isEmpty()) {
      throw new DeviceProfileException(
          origin + ": unknown key \"" + values.keySet().iterator().next() + "\"; docs/devices.md lists the keys");
    }
  }
}
