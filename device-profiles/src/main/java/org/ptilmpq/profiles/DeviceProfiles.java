package org.ptilmpq.profiles;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The profiles that come with this library, and those in users' files. */
public final class DeviceProfiles {

  /** A profile file larger than this is something else. */
  private static final int LARGEST_FILE = 64 * 1024;

  /** Boards first, so that a board's profile wins over the generic one of its architecture. */
  private static final List<String> NAMES =
      List.of("pi-zero-2", "pi3", "pi4", "pi5", "jetson-nano", "jetson-orin-nano", "generic-arm64", "generic-x86-64");

  private DeviceProfiles() {}

  /**
   * Which profile a machine has.
   *
   * @param profile the closest one, or null where no profile has the machine's architecture
   * @param reason one sentence that says why
   */
  public record Match(DeviceProfile profile, String reason) {}

  /** Every profile that comes with this library: boards, then generic ones. */
  public static List<DeviceProfile> builtIn() {
    List<DeviceProfile> profiles = new ArrayList<>();
    for (String name : NAMES) {
      profiles.add(load(name));
    }
    return profiles;
  }

  /**
   * A profile by its name, or from a file in the same form.
   *
   * @throws DeviceProfileException when there is neither, or the file is broken
   */
  public static DeviceProfile find(String nameOrFile) throws DeviceProfileException {
    if (NAMES.contains(nameOrFile)) {
      return load(nameOrFile);
    }
    Path file = Path.of(nameOrFile);
    if (!Files.exists(file)) {
      throw new DeviceProfileException(
          "no device profile and no file is called \"" + nameOrFile + "\"; profiles: " + String.join(", ", NAMES));
    }
    return fromFile(file);
  }

  /**
   * Reads a profile that a user wrote; its name is the file's, without extension.
   *
   * @throws DeviceProfileException when the file can't be read, or a key is missing, unknown or has a wrong value
   */
  public static DeviceProfile fromFile(Path file) throws DeviceProfileException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LARGEST_FILE + 1);
    } catch (IOException e) {
      throw new DeviceProfileException(file + ": can't read the device profile: " + e.getMessage(), e);
    }
    if (bytes.length > LARGEST_FILE) {
      throw new DeviceProfileException(file + ": larger than 64 KiB, so not a device profile");
    }
    String fileName = file.getFileName().toString();
    int dot = fileName.lastIndexOf('.');
    return ProfileReader.read(dot > 0 ? fileName.substring(0, dot) : fileName, file.toString(), decode(file, bytes));
  }

  private static String decode(Path file, byte[] bytes) throws DeviceProfileException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new DeviceProfileException(file + ": not text in UTF-8, so not a device profile", e);
    }
  }

  /** The profile whose board, or else whose architecture, the machine has. */
  public static Match match(Machine machine) {
    String model = machine.model().toLowerCase(Locale.ROOT);
    for (DeviceProfile profile : builtIn()) {
      for (String part : profile.models()) {
        if (model.contains(part.toLowerCase(Locale.ROOT))) {
          return new Match(profile, "the device tree calls this board \"" + machine.model() + "\"");
        }
      }
    }
    String board =
        machine.model().isEmpty() ? "no device tree names a board" : "no profile knows \"" + machine.model() + "\"";
    for (DeviceProfile profile : builtIn()) {
      if (profile.isGeneric() && profile.architecture().equals(machine.architecture())) {
        return new Match(profile, board + ", and the architecture is " + machine.architecture());
      }
    }
    String known =
        builtIn().stream().map(DeviceProfile::architecture).distinct().sorted().collect(Collectors.joining(" or "));
    return new Match(null, board + ", and the architecture is " + machine.architecture() + ", not " + known);
  }

  private static DeviceProfile load(String name) {
    String file = name + ".properties";
    try (InputStream in = DeviceProfiles.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("this build lacks the device profile " + file);
      }
      return ProfileReader.read(name, file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
