package org.ptilmpq.cli.launch;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks for a Java of version 25 or later where {@code .mvn/find-java.sh} looks, in the same order, as the launcher
 * script does: the one the user names, JAVA_HOME, the path, then where packages and version managers install, by name.
 * Before these comes the Java that runs, which the user has started.
 */
final class JavaSearch {

  private static final String[] FOLDERS_OF_HOMES = {"/usr/lib/jvm", "/opt", "/usr/local"};
  private static final String MAC_FOLDER = "/Library/Java/JavaVirtualMachines";
  private static final String MAC_HOME = "Contents/Home";
  private static final String[] FOLDERS_BELOW_USER = {
    ".sdkman/candidates/java", ".jdks", ".local/share/mise/installs/java"
  };

  private final Path root;
  private final Map<String, String> environment;
  private final String runningHome;
  private final String userHome;
  private final String osArch;

  /**
   * @param root of the file system, in which absolute paths are looked up
   * @param runningHome where the running Java is
   */
  JavaSearch(Path root, Map<String, String> environment, String runningHome, String userHome, String osArch) {
    this.root = root;
    this.environment = environment;
    this.runningHome = runningHome;
    this.userHome = userHome;
    this.osArch = osArch;
  }

  static JavaSearch ofThisMachine() {
    return new JavaSearch(
        Paths.get("/"),
        System.getenv(),
        System.getProperty("java.home"),
        System.getProperty("user.home"),
        System.getProperty("os.arch"));
  }

  /** Returns the first suitable Java, or null. One that PTILMPQ_JAVA_HOME names is the only one examined. */
  JavaHome find() {
    for (Path candidate : candidates()) {
      JavaHome home = JavaHome.at(candidate);
      if (home.serves(osArch)) {
        return home;
      }
    }
    return null;
  }

  /** Returns what to tell the user when nothing was found. */
  String advice() {
    StringBuilder seen = new StringBuilder();
    for (Path candidate : candidates()) {
      JavaHome home = JavaHome.at(candidate);
      if (home.version() > 0) {
        seen.append(seen.length() == 0 ? "" : ", ").append(home.version()).append(" in ").append(home.folder());
      }
    }
    String needed = " Java " + Launcher.NEEDED + " or later";
    String chosen = variable("PTILMPQ_JAVA_HOME");
    if (chosen != null) {
      return "PTILMPQ_JAVA_HOME is " + chosen + ", where there is no" + needed;
    }
    return "needs" + needed + " with the module jdk.incubator.vector.\n"
        + "  Found: " + (seen.length() == 0 ? "none" : "Java " + seen) + ".\n"
        + "  Debian 13, Ubuntu 25.10, Raspberry Pi OS (trixie) and later:"
        + " sudo apt-get install openjdk-25-jre-headless\n"
        + "  Elsewhere: unpack any build of OpenJDK 25 and set PTILMPQ_JAVA_HOME to its folder.";
  }

  private Set<Path> candidates() {
    Set<Path> candidates = new LinkedHashSet<Path>();
    if (variable("PTILMPQ_JAVA_HOME") != null) {
      candidates.add(inRoot(variable("PTILMPQ_JAVA_HOME")));
      return candidates;
    }
    candidates.add(inRoot(runningHome));
    if (variable("JAVA_HOME") != null) {
      candidates.add(inRoot(variable("JAVA_HOME")));
    }
    addHomeOnPath(candidates);
    for (String folder : FOLDERS_OF_HOMES) {
      candidates.addAll(childrenOf(inRoot(folder)));
    }
    for (Path child : childrenOf(inRoot(MAC_FOLDER))) {
      candidates.add(child.resolve(MAC_HOME));
    }
    for (String folder : FOLDERS_BELOW_USER) {
      candidates.addAll(childrenOf(inRoot(userHome).resolve(folder)));
    }
    return candidates;
  }

  /** Returns an environment variable, or null if it is empty. */
  private String variable(String name) {
    String value = environment.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  private Path inRoot(String absolute) {
    return root.resolve(absolute.replaceFirst("^/+", ""));
  }

  /** Returns what is in a folder, by name. */
  private static Set<Path> childrenOf(Path folder) {
    Set<Path> children = new TreeSet<Path>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
        for (Path child : stream) {
          children.add(child);
        }
      } catch (IOException e) {
        // A folder that we may not list has no Java we could start.
        children.clear();
      }
    }
    return children;
  }

  /** Adds the Java that the first java on the path is or leads to, as a link like /usr/bin/java does. */
  private void addHomeOnPath(Set<Path> candidates) {
    String path = variable("PATH");
    for (String folder : path == null ? new String[0] : path.split(":")) {
      Path executable = folder.startsWith("/") ? inRoot(folder).resolve("java") : null;
      if (executable != null && Files.isExecutable(executable)) {
        try {
          Path bin = executable.toRealPath().getParent();
          if (bin != null && bin.getParent() != null) {
            candidates.add(bin.getParent());
          }
        } catch (IOException e) {
          // One whose link can't be followed is no Java we could start.
        }
        return;
      }
    }
  }
}
