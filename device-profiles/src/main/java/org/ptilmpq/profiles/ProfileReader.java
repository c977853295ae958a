package org.ptilmpq.profiles;

import java.io.IOException;
import java.io.StringReader;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Turns a profile's text, one {@code key = value} per line as {@link Properties} reads it, into a
 * {@link DeviceProfile}. Every key must be known and be there once, so that a misspelt one is an error and not a
 * default. {@code docs/devices.md} lists the keys.
 */
final class ProfileReader {

  private static final long MAX_MEMORY = 1L << 50;
  private static final long LARGEST_CACHE = 1L << 30;

  /** The register tile of the kernels: numbers of pixels are multiples of it. */
  private static final int TILE = 7;
  private static final int MIN_TILES = 2;
  private static final int MAX_TILES = 512;

  private final String origin;
  private final Map<String, String> values = new TreeMap<>();

  private ProfileReader(String origin) {
    this.origin = origin;
  }

  /**
   * @param name of the profile
   * @param origin the file, for errors
   * @throws DeviceProfileException when it is broken: the message names the file, the key, the value and what is
   *     allowed
   */
  static DeviceProfile read(String name, String origin, String text) throws DeviceProfileException {
    ProfileReader reader = new ProfileReader(origin);
    reader.load(text);
    for (String key : reader.values.keySet()) {
      Optional<String> fault = Keys.fault(key);
      if (fault.isPresent()) {
        throw new DeviceProfileException(origin + ": " + fault.get());
      }
    }
    return reader.profile(name);
  }

  private DeviceProfile profile(String name) throws DeviceProfileException {
    return new DeviceProfile(
        name,
        text("title"),
        new DeviceProfile.Marks(
            list("models"),
            list("compatible"),
            revisionTypes(),
            values.containsKey("cpu.aes") ? Optional.of(flag("cpu.aes")) : Optional.empty(),
            values.containsKey("memory.most") ? size("memory.most", MAX_MEMORY) : 0),
        architecture(),
        text("cpu"),
        number("cores", 1, 1024),
        number("clock.mhz", 0, 100_000),
        size("memory", MAX_MEMORY),
        number("simd.bits", 0, 4096),
        flag("dot-product"),
        size("cache.l1d", LARGEST_CACHE),
        size("cache.l2", LARGEST_CACHE),
        flag("cache.l2.shared"),
        size("cache.l3", LARGEST_CACHE),
        number("threads", 0, 256),
        size("memory-cap", MAX_MEMORY),
        new DeviceProfile.Tiles(pixels("tile.pixels"), pixels("tile.kept-pixels"), tableBytes()),
        sources());
  }

  private void load(String text) throws DeviceProfileException {
    Properties properties = new KeysOnce();
    try {
      properties.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException e) {
      throw new DeviceProfileException(origin + ": not a device profile: " + e.getMessage(), e);
    }
    for (String key : properties.stringPropertyNames()) {
      values.put(key, properties.getProperty(key).strip());
    }
  }

  /** Refuses a key that is there twice: the later one would win silently. */
  private static final class KeysOnce extends Properties {
    private static final long serialVersionUID = 1;

    @Override
    public synchronized Object put(Object key, Object value) {
      if (containsKey(key)) {
        throw new IllegalArgumentException("the key \"" + SystemFiles.printable(key.toString()) + "\" is there twice");
      }
      return super.put(key, value);
    }
  }

  private String text(String key) throws DeviceProfileException {
    String value = values.get(key);
    if (value == null) {
      throw new DeviceProfileException(origin + ": the key \"" + key + "\" is missing");
    }
    if (value.isEmpty()) {
      throw new DeviceProfileException(origin + ": " + key + " has no value");
    }
    return value;
  }

  private <T> T parsed(String key, Function<String, T> parse) throws DeviceProfileException {
    String value = text(key);
    try {
      return parse.apply(value);
    } catch (IllegalArgumentException e) {
      String fault = key + " = " + SystemFiles.printable(value) + ": " + e.getMessage();
      throw new DeviceProfileException(origin + ": " + fault, e);
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

  private long size(String key, long most) throws DeviceProfileException {
    return parsed(
        key,
        value -> {
          long bytes = sizeOf(value);
          if (bytes > most) {
            throw new IllegalArgumentException("must be no more than " + ByteSize.format(most));
          }
          return bytes;
        });
  }

  private static long sizeOf(String value) {
    try {
      return ByteSize.parse(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("must be a size: 512MiB (2^20 bytes), 1GB (10^9), or a number of bytes", e);
    }
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

  /** The parts between bars; a missing key gives an empty list. */
  private List<String> list(String key) {
    String value = values.getOrDefault(key, "");
    return Arrays.stream(value.split("\\|")).map(String::strip).filter(part -> !part.isEmpty()).toList();
  }

  private List<Integer> revisionTypes() throws DeviceProfileException {
    List<String> types = list("revision-types");
    if (!types.stream().allMatch(type -> type.matches("[0-9a-f]{2}"))) {
      throw new DeviceProfileException(
          origin + ": revision-types = " + SystemFiles.printable(values.get("revision-types"))
              + ": must be pairs of hexadecimal digits with | between, as 08 | 0d");
    }
    return types.stream().map(type -> Integer.parseInt(type, 16)).toList();
  }

  private OptionalInt pixels(String key) throws DeviceProfileException {
    if (!values.containsKey(key)) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(
        parsed(
            key,
            value -> {
              int tiles =
                  value.matches("\\d{1,6}") && Integer.parseInt(value) % TILE == 0
                      ? Integer.parseInt(value) / TILE
                      : 0;
              if (tiles < MIN_TILES || tiles > MAX_TILES) {
                throw new IllegalArgumentException(
                    "must be a multiple of " + TILE + ", " + MIN_TILES * TILE + " to " + MAX_TILES * TILE);
              }
              return tiles * TILE;
            }));
  }

  private OptionalInt tableBytes() throws DeviceProfileException {
    if (!values.containsKey("tile.tables")) {
      return OptionalInt.empty();
    }
    int bytes = (int) size("tile.tables", LARGEST_CACHE);
    if (bytes == 0) {
      throw new DeviceProfileException(
          origin + ": tile.tables = 0: must be above 0; without the key the caches decide");
    }
    return OptionalInt.of(bytes);
  }

  private List<String> sources() {
    Set<String> keys = new TreeSet<>(values.keySet());
    keys.removeIf(key -> !key.startsWith(Keys.SOURCE));
    return keys.stream().map(values::get).toList();
  }

  /** The keys that a profile may have. */
  private static final class Keys {

    /** Before the number of a source. */
    static final String SOURCE = "source.";

    private static final List<String> KEYS =
        List.of(
            "title", "models", "compatible", "revision-types", "cpu.aes", "memory.most", "architecture", "cpu", "cores",
            "clock.mhz", "memory", "simd.bits", "dot-product", "cache.l1d", "cache.l2", "cache.l2.shared", "cache.l3",
            "threads", "memory-cap", "tile.pixels", "tile.kept-pixels", "tile.tables");

    /** The most letters that may differ for a guess to help. */
    private static final int MAX_CHANGES = 3;

    /** Longer than any key; comparing them takes time that grows with the length. */
    private static final int LONGEST = 32;

    private Keys() {}

    /** The fault of a key, and the key that may have been meant; empty for a known one. */
    static Optional<String> fault(String key) {
      if (KEYS.contains(key) || key.startsWith(SOURCE)) {
        return Optional.empty();
      }
      String fault = "there is no key \"" + SystemFiles.printable(key) + "\"";
      return Optional.of(
          fault
              + nearest(key)
                  .map(other -> "; did you mean \"" + other + "\"?")
                  .orElse("; docs/devices.md lists the keys"));
    }

    private static Optional<String> nearest(String key) {
      if (key.length() > LONGEST) {
        return Optional.empty();
      }
      return KEYS.stream()
          .filter(other -> changes(key, other) <= Math.min(MAX_CHANGES, other.length() / 2))
          .min(Comparator.comparingInt(other -> changes(key, other)));
    }

    /** Levenshtein's distance: letters to insert, delete or replace to make one word of the other. */
    private static int changes(String a, String b) {
      int[] row = new int[b.length() + 1];
      for (int j = 0; j < row.length; j++) {
        row[j] = j;
      }
      for (int i = 1; i <= a.length(); i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j < row.length; j++) {
          int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
          diagonal = row[j];
          row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
        }
      }
      return row[b.length()];
    }
  }
}
