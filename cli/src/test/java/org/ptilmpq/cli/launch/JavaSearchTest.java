package org.ptilmpq.cli.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaSearchTest {

  private static final String MODULES = "java.base jdk.incubator.vector";

  @TempDir Path root;

  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void theRunningJavaIsTooOld() throws IOException {
    install("/usr/lib/jvm/java-17", "17.0.15", "x86_64", MODULES);
  }

  @Test
  void findsThePackagedOne() throws IOException {
    install("/usr/lib/jvm/java-25", "25.0.3", "x86_64", MODULES);
    assertFound("/usr/lib/jvm/java-25");
  }

  @Test
  void theUsersChoiceComesFirstAndAlone() throws IOException {
    install("/usr/lib/jvm/java-25", "25", "x86_64", MODULES);
    install("/somewhere/jdk", "26", "x86_64", MODULES);
    environment.put("PTILMPQ_JAVA_HOME", "/somewhere/jdk");
    assertFound("/somewhere/jdk");
    environment.put("PTILMPQ_JAVA_HOME", "/nowhere");
    assertThat(search().find()).isNull();
    assertThat(search().advice()).contains("PTILMPQ_JAVA_HOME is /nowhere");
  }

  @Test
  void javaHomeComesBeforePackages() throws IOException {
    install("/usr/lib/jvm/java-25", "25", "x86_64", MODULES);
    install("/somewhere/jdk", "26", "x86_64", MODULES);
    environment.put("JAVA_HOME", "/somewhere/jdk");
    assertFound("/somewhere/jdk");
    environment.put("JAVA_HOME", "/broken");
    assertFound("/usr/lib/jvm/java-25");
  }

  @Test
  void amongSeveralTheFirstByNameThatServesIsTaken() throws IOException {
    install("/usr/lib/jvm/c", "25.0.1", "x86_64", MODULES);
    install("/usr/lib/jvm/b", "27", "x86_64", MODULES);
    install("/usr/lib/jvm/a", "24.0.2", "x86_64", MODULES);
    assertFound("/usr/lib/jvm/b");
  }

  @ParameterizedTest
  @CsvSource({
    "/opt/jdk-25",
    "/usr/local/jdk",
    "/Library/Java/JavaVirtualMachines/25.jdk/Contents/Home",
    "/home/me/.sdkman/candidates/java/25-tem",
    "/home/me/.jdks/temurin-25"
  })
  void looksWherePeopleUnpack(String home) throws IOException {
    install(home, "25", "x86_64", MODULES);
    assertFound(home);
  }

  @Test
  void followsLinksOnThePath() throws IOException {
    install("/strange/place", "25", "x86_64", MODULES);
    Files.createDirectories(root.resolve("usr/bin"));
    Files.createSymbolicLink(root.resolve("usr/bin/java"), root.resolve("strange/place/bin/java"));
    install("/usr/lib/jvm/java-25", "25", "x86_64", MODULES);
    environment.put("PATH", "relative:/missing:/usr/bin");
    assertFound("/strange/place");
  }

  @ParameterizedTest
  @CsvSource({
    "24.0.2, x86_64, java.base jdk.incubator.vector",
    "25, aarch64, java.base jdk.incubator.vector",
    "25, x86_64, java.base",
    "1.8.0_392, x86_64, java.base jdk.incubator.vector",
    "'', x86_64, java.base jdk.incubator.vector",
    "99999999999, x86_64, java.base jdk.incubator.vector"
  })
  void leavesOutWhatWouldNotRun(String version, String arch, String modules) throws IOException {
    install("/usr/lib/jvm/other", version, arch, modules);
    assertThat(search().find()).isNull();
  }

  @Test
  void aJavaThatCanNotBeExecutedDoesNotServe() throws IOException {
    install("/usr/lib/jvm/java-25", "25", "x86_64", MODULES);
    Files.setPosixFilePermissions(
        root.resolve("usr/lib/jvm/java-25/bin/java"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(search().find()).isNull();
  }

  @Test
  void saysWhatThereIsAndWhatToInstall() {
    assertThat(search().find()).isNull();
    assertThat(search().advice())
        .contains("needs Java 25 or later")
        .contains("Java 17 in " + root.resolve("usr/lib/jvm/java-17"))
        .contains("apt-get install openjdk-25-jre-headless")
        .contains("PTILMPQ_JAVA_HOME");
  }

  @ParameterizedTest
  @CsvSource({"25.0.3, 25", "1.8.0_392, 8", "1.8, 8", "25-ea, 25", "9, 9", "'', 0", "x, 0", "123456789, 0"})
  void majorVersions(String version, int major) {
    assertThat(Launcher.majorVersion(version)).isEqualTo(major);
  }

  private JavaSearch search() {
    return new JavaSearch(root, environment, "/usr/lib/jvm/java-17", "/home/me", "amd64");
  }

  private void assertFound(String home) {
    assertThat(search().find().folder()).isEqualTo(root.resolve(home.substring(1)));
  }

  private void install(String home, String version, String arch, String modules) throws IOException {
    Path folder = root.resolve(home.substring(1));
    Files.createDirectories(folder.resolve("bin"));
    Path java = Files.writeString(folder.resolve("bin/java"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    String release = "JAVA_VERSION=\"%s\"%nMODULES=\"%s\"%nOS_ARCH=\"%s\"%n".formatted(version, modules, arch);
    Files.writeString(folder.resolve("release"), release);
  }
}
