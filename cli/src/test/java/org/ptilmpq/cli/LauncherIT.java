package org.ptilmpq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the jars and the {@code ptilmpq} script get to a Java that serves. */
class LauncherIT {

  @TempDir Path folder;

  @Test
  void aBareJarBecomesTheProgramInOneProcess() throws Exception {
    Processes.Result result = jar(Map.of("PTILMPQ_JAVA_OPTS", "-XX:+PrintCommandLineFlags"));
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).contains("-XX:+UseSerialGC").contains("ptilmpq ");
  }

  @Test
  void aJavaThatStillDoesNotServeIsNotStartedAgain() throws Exception {
    String jar = Processes.jar("ptilmpq-run.jar").toString();
    Processes.Result result = start(Map.of(), Processes.java(), "-Dptilmpq.relaunched=true", "-jar", jar, "--version");
    assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains("still has no Vector API");
  }

  @Test
  void aChosenJavaThatIsNotThereIsAnError() throws Exception {
    Processes.Result result = jar(Map.of("PTILMPQ_JAVA_HOME", "/no/such/place"));
    assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains("PTILMPQ_JAVA_HOME is /no/such/place");
  }

  @Test
  void theScriptRunsThroughALinkFromAnywhere() throws Exception {
    Path elsewhere = Files.createDirectories(folder.resolve("with space"));
    Path link = Files.createSymbolicLink(elsewhere.resolve("ptilmpq"), Processes.projectRoot().resolve("ptilmpq"));
    Map<String, String> environment = Map.of("PTILMPQ_JAVA_HOME", Processes.javaHome().toString());
    Processes.Result run = start(environment, link.toString(), "--version");
    assertThat(run.exit()).as("%s", run).isZero();
    assertThat(run.out()).contains("ptilmpq ");
    Processes.Result quantize = start(environment, link.toString(), "quantize", "--help");
    assertThat(quantize.out()).as("%s", quantize).contains("--calibration");
  }

  @Test
  void theScriptOpensFilesOfAnyNameInAnyLocale() throws Exception {
    ColourModel.write(folder.resolve("model.pq"));
    String name = "\"$(printf 'm\\303\\266del.pq')\"";
    String script = Processes.projectRoot().resolve("ptilmpq").toString();
    for (String locale : List.of("C", "POSIX", "xx_XX.UTF-8")) {
      Processes.Result result =
          start(
              Map.of("PTILMPQ_JAVA_HOME", Processes.javaHome().toString(), "LC_ALL", locale),
              "sh", "-c", "cp model.pq " + name + " && exec \"$0\" verify " + name, script);
      assertThat(result.exit()).as("%s", result).isZero();
    }
  }

  @Test
  void theScriptFindsAJavaByItsReleaseFile() throws Exception {
    Path old = fakeJava("old", "17.0.1");
    Path young = fakeJava("young", "25.0.1");
    Processes.Result found = script(Map.of("JAVA_HOME", young.toString()));
    assertThat(found.out()).as("%s", found).startsWith("started young @");
    Processes.Result refused = script(Map.of("PTILMPQ_JAVA_HOME", old.toString()));
    assertThat(refused.exit()).as("%s", refused).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("where there is no Java 25");
  }

  @Test
  void mvnwNamesAJavaHomeThatIsBroken() throws Exception {
    String mvnw = Processes.projectRoot().resolve("mvnw").toString();
    Processes.Result result = start(Map.of("JAVA_HOME", "/no/such/place"), mvnw, "--version");
    assertThat(result.exit()).as("%s", result).isEqualTo(1);
    assertThat(result.err()).contains("JAVA_HOME is /no/such/place");
  }

  private Processes.Result script(Map<String, String> environment) throws IOException, InterruptedException {
    return start(environment, Processes.projectRoot().resolve("ptilmpq").toString(), "devices");
  }

  private Path fakeJava(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Path java = Files.writeString(home.resolve("bin/java"), "#!/bin/sh\necho started " + name + " \"$@\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private Processes.Result jar(Map<String, String> environment) throws IOException, InterruptedException {
    return start(environment, Processes.java(), "-jar", Processes.jar("ptilmpq-run.jar").toString(), "--version");
  }

  private Processes.Result start(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    return Processes.start(List.of(command), environment, folder, Path.of("/dev/null"));
  }
}
