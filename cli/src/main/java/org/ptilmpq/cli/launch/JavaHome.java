package org.ptilmpq.cli.launch;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;

/** A folder that holds, or is said to hold, a Java installation; its file {@code release} says which. */
final class JavaHome {

  private static final String MODULE = "jdk.incubator.vector";

  /** Enough for any release file; guards against being led to something else. */
  private static final int MAX_RELEASE_BYTES = 64 * 1024;

  private final Path folder;
  private final Properties release;

  private JavaHome(Path folder, Properties release) {
    this.folder = folder;
    this.release = release;
  }

  /** Examines a folder; nothing needs to be there. */
  static JavaHome at(Path folder) {
    return new JavaHome(folder, readRelease(folder.resolve("release")));
  }

  Path folder() {
    return folder;
  }

  Path executable() {
    return folder.resolve("bin").resolve("java");
  }

  /** Returns 25 for "25.0.3", 8 for "1.8.0_392", 0 when there is no release file. */
  int version() {
    String version = value("JAVA_VERSION");
    return version == null ? 0 : Launcher.majorVersion(version);
  }

  /**
   * Returns whether the program can run in it: new enough, for this processor, with the Vector API (images made by
   * jlink may lack it), and executable.
   *
   * @param osArch as in the system property {@code os.arch}
   */
  boolean serves(String osArch) {
    String modules = value("MODULES");
    String arch = value("OS_ARCH");
    return version() >= Launcher.NEEDED
        && (modules == null || Arrays.asList(modules.split("\\s+")).contains(MODULE))
        && (arch == null || normalized(arch).equals(normalized(osArch)))
        && Files.isExecutable(executable());
  }

  private static String normalized(String arch) {
    return arch.equals("amd64") ? "x86_64" : arch;
  }

  /** Returns a value of the release file without its quotation marks, or null. */
  private String value(String key) {
    String quoted = release.getProperty(key);
    return quoted == null ? null : quoted.replace("\"", "").trim();
  }

  private static Properties readRelease(Path file) {
    Properties release = new Properties();
    try {
      if (Files.isRegularFile(file) && Files.size(file) <= MAX_RELEASE_BYTES) {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
          release.load(reader);
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      // A folder that we may not read is no Java we could start: as good as no release file.
      release.clear();
    }
    return release;
  }
}
