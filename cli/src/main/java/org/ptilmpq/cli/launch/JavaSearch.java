package org.ptilmpq.cli.launch;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks for a Java of version 25 or later: the one the user names, the one that runs, JAVA_HOME, then where packages
 * and version managers install. Among several in one place, the oldest suitable one is taken, as it is the one tested.
 */
final class JavaSearch {

  private static final String[] FOLDERS_OF_HOMES = {
    "/usr/lib/jvm", "/opt", "/usr/local", "/Library/Java/JavaVirtualMachines"
  };
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
    String needed = "this program needs Java " + JavaHome.NEEDED + " or later with the module jdk.incubator.vector.\n";
    String chosen = environment.get("PTILMPQ_JAVA_HOME");
    if (chosen != null && !chosen.isEmpty()) {
      return needed
          + "  PTILMPQ_JAVA_HOME is " + chosen + ", where there is none: correct it, or unset it to search elsewhere.";
    }
    return needed
        + "  Found: " + (seen.length() == 0 ? "none" : "Java " + seen) + ".\n"
        + "  Debian 13, Ubuntu 25.10, Raspberry Pi OS (trixie) and later:"
        + " sudo apt-get install openjdk-25-jre-headless\n"
        + "  Elsewhere: unpack any build of OpenJDK 25 and set PTILMPQ_JAVA_HOME to its folder.";
  }

  private Set<Path> candidates() {
    Set<Path> candidates = new LinkedHashSet<Path>();
    String chosen = environment.get("PTILMPQ_JAVA_HOME");
    if (chosen != null && !chosen.isEmpty()) {
      candidates.add(inRoot(chosen));
      return candidates;
    }
    candidates.add(inRoot(runningHome));
    if (environment.get("JAVA_HOME") != null && !environment.get("JAVA_HOME").isEmpty()) {
      candidates.add(inRoot(environment.get("JAVA_HOME")));
    }
    for (String folder : FOLDERS_OF_HOMES) {
      candidates.addAll(homesIn(inRoot(folder)));
    }
    for (String folder : FOLDERS_BELOW_USER) {
      candidates.addAll(homesIn(inRoot(userHome).resolve(folder)));
    }
    String path = environment.get("PATH");
    if (path != null) {
      for (String folder : path.split(":")) {
        if (folder.startsWith("/")) {
          candidates.addAll(homeOfExecutable(inRoot(folder).resolve("java")));
        }
      }
    }
    return candidates;
  }

  private Path inRoot(String absolute) {
    return root.resolve(absolute.replaceFirst("^/+", ""));
  }

  private static List<Path> homesIn(Path folder) {
    List<JavaHome> homes = new ArrayList<JavaHome>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
        for (Path child : children) {
          homes.add(JavaHome.at(child));
          homes.add(JavaHome.at(child.resolve("Contents/Home")));
        }
      } catch (IOException e) {
        // A folder that we may not list has no Java we could start.
        homes.clear();
      }
    }
    Collections.sort(
        homes,
        new Comparator<JavaHome>() {
          @Override
          public int compare(JavaHome a, JavaHome b) {
            int byVersion = Integer.compare(a.version(), b.version());
            return byVersion != 0 ? byVersion : a.folder().compareTo(b.folder());
          }
        });
    List<Path> folders = new ArrayList<Path>();
    for (JavaHome home : homes) {
      folders.add(home.folder());
    }
    return folders;
  }

  /** Returns the Java that a link like /usr/bin/java leads to. */
  private static List<Path> homeOfExecutable(Path executable) {
    List<Path> homes = new ArrayList<Path>();
    if (Files.isExecutable(executable)) {
      try {
        Path bin = executable.toRealPath().getParent();
        if (bin != null && bin.getParent() != null) {
          homes.add(bin.getParent());
        }
      } catch (IOException e) {
        homes.clear();
      }
    }
    return homes;
  }
}
