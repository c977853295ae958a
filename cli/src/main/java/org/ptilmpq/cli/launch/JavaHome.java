package org.ptilmpq.cli.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A folder that holds, or is said to hold, a Java installation; its file {@code release} says which. */
final class JavaHome {

  private static final String MODULE = "jdk.incubator.vector";

  /** Enough for any release file; guards against being led to something else. */
  private static final int LARGEST_RELEASE_FILE = 64 * 1024;

  private final Path folder;
  private final Map<String, String> release;

  private JavaHome(Path folder, Map<String, String> release) {
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
    return release.containsKey("JAVA_VERSION") ? Launcher.majorVersion(release.get("JAVA_VERSION")) : 0;
  }

  /**
   * Returns whether the program can run in it: new enough, for this processor, with the Vector API (images made by
   * jlink may lack it), and executable.
   *
   * @param osArch as in the system property {@code os.arch}
   */
  boolean serves(String osArch) {
    String modules = release.get("MODULES");
    String arch = release.get("OS_ARCH");
    return version() >= Launcher.NEEDED
        && (modules == null || Arrays.asList(modules.split("\\s+")).contains(MODULE))
        && (arch == null || normalized(arch).equals(normalized(osArch)))
        && Files.isExecutable(executable());
  }

  private static String normalized(String arch) {
    return arch.equals("amd64") ? "x86_64" : arch;
  }

  private static Map<String, String> readRelease(Path file) {
    Map<String, String> release = new HashMap<String, String>();
    if (!Files.isRegularFile(file)) {
      return release;
    }
    try {
      if (Files.size(file) <= LARGEST_RELEASE_FILE) {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
          for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            int equals = line.indexOf('=');
            if (equals > 0) {
              release.put(line.substring(0, equals).trim(), line.substring(equals + 1).replace("\"", "").trim());
            }
          }
        }
      }
    } catch (IOException e) {
      // A folder that we may not read is no Java we could start: as good as no release file.
      release.clear();
    }
    return release;
  }
}
