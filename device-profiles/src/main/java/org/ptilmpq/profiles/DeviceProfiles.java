package org.ptilmpq.profiles;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The profiles that come with this library, and those in users' files. */
public final class DeviceProfiles {

  /** A profile file larger than this is something else. */
  private static final int LARGEST_FILE = 64 * 1024;

  /** The mark that some editors put before a text in UTF-8. */
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** Boards first, so that a board's profile wins over the generic one of its architecture. */
  private static final List<String> NAMES =
      List.of("pi-zero-2", "pi3", "pi4", "pi5", "jetson-nano", "jetson-orin-nano", "generic-arm64", "generic-x86-64");

  /** The name for the profile that this machine has. */
  public static final String AUTO = "auto";

  private DeviceProfiles() {}

  /**
   * The profile that a machine has.
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
   * A profile by its name, or from a file in the same form; "auto" stands for the one that this machine has.
   *
   * @throws DeviceProfileException when there is neither, the file is broken, or no profile fits this machine
   */
  public static DeviceProfile find(String nameOrFile) throws DeviceProfileException {
    if (nameOrFile.equals(AUTO)) {
      Match match = match(MachineDetection.detect());
      if (match.profile() == null) {
        throw new DeviceProfileException("no device profile fits this machine: " + match.reason());
      }
      return match.profile();
    }
    if (NAMES.contains(nameOrFile)) {
      return load(nameOrFile);
    }
    Path file;
    try {
      file = Path.of(nameOrFile);
    } catch (InvalidPathException e) {
      throw new DeviceProfileException("no device profile: " + e.getMessage(), e);
    }
    if (!Files.exists(file)) {
      throw new DeviceProfileException(
          "no device profile and no file is called \"" + nameOrFile + "\"; profiles: " + AUTO + ", "
              + String.join(", ", NAMES));
    }
    return fromFile(file);
  }

  /**
   * Reads a profile that a user wrote; its name is the file's, without extension.
   *
   * @throws DeviceProfileException when the file can't be read, or a key is missing, unknown or has a wrong value
   */
  static DeviceProfile fromFile(Path file) throws DeviceProfileException {
    if (!Files.isRegularFile(file)) {
      String kind = Files.isDirectory(file) ? "a folder" : "no regular file";
      throw new DeviceProfileException(file + ": is " + kind + ", not a device profile");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LARGEST_FILE + 1);
    } catch (IOException e) {
      throw new DeviceProfileException(file + ": can't read the device profile: " + reason(e), e);
    }
    return fromBytes(file, bytes);
  }

  /** @param bytes the beginning of the file: all of it, or one byte more than a profile may have */
  static DeviceProfile fromBytes(Path file, byte[] bytes) throws DeviceProfileException {
    if (bytes.length > LARGEST_FILE) {
      throw new DeviceProfileException(file + ": larger than 64 KiB, so not a device profile");
    }
    String fileName = file.getFileName().toString();
    int dot = fileName.lastIndexOf('.');
    return ProfileReader.read(dot > 0 ? fileName.substring(0, dot) : fileName, file.toString(), decode(file, bytes));
  }

  private static String reason(IOException e) {
    return e instanceof AccessDeniedException ? "permission denied" : e.getMessage();
  }

  private static String decode(Path file, byte[] bytes) throws DeviceProfileException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new DeviceProfileException(file + ": not text in UTF-8, so not a device profile", e);
    }
  }

  /** The profile whose board, or else whose architecture, the machine has. */
  public static Match match(Machine machine) {
    return ProfileMatching.match(machine, builtIn());
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
