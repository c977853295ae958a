package org.ptilmpq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests how the jars and the {@code ptilmpq} script find a suitable Java. */
class LauncherIT {

  private static final String MODEL = example("resnet20-cifar10.pq");
  private static final String PICTURE = example("cat.png");

  /** Has a second virtual machine print its flags before anything else. */
  private static final Map<String, String> FLAGS = Map.of("PTILMPQ_JAVA_OPTS", "-XX:+PrintCommandLineFlags");

  @TempDir Path folder;

  private static String example(String name) {
    return Processes.projectRoot().resolve("examples").resolve(name).toString();
  }

  /** Only what is requested is printed: neither why there is a second start nor the incubator's warning. */
  @Test
  void pictureRunsInTheProcessThatWasStarted() throws Exception {
    Processes.Result result = jar(Map.of(), MODEL, PICTURE, "--debug");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).startsWith("0.9881  3  cat");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void ownOptionsAreGivenToAnother() throws Exception {
    Processes.Result result = jar(FLAGS, MODEL, PICTURE, "--debug");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).contains("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "0.9881  3  cat");
    assertThat(result.err()).contains("another virtual machine: PTILMPQ_JAVA_OPTS has options for it");
  }

  @Test
  void longRunBecomesAnotherInOneProcessAndSaysWhy() throws Exception {
    Processes.Result result = jar(FLAGS, "benchmark", MODEL, "--runs=1", "--warmup=1", "--debug");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).contains("-XX:+UseSerialGC").contains("latency");
    assertThat(result.err())
        .contains("another virtual machine: benchmark needs this program's limits")
        .doesNotContain("incubator");
  }

  @Test
  void memoryCapNeedsTheLimitsItIsPlannedWith() throws Exception {
    Processes.Result result = jar(FLAGS, MODEL, PICTURE, "--memory=1GB", "--debug");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).contains("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "cat");
    assertThat(result.err()).contains("another virtual machine: --memory needs this program's limits");
  }

  @Test
  void vectorKernelsGetTheirModule() throws Exception {
    Map<String, String> vector = Map.of("JDK_JAVA_OPTIONS", "-Dptilmpq.kernels=vector");
    Processes.Result result = jar(vector, MODEL, PICTURE, "--debug");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).startsWith("0.9881  3  cat");
    assertThat(result.err()).contains("asks for the Vector API", "Using incubator modules: jdk.incubator.vector");
  }

  /** Without it, vectors would be boxed for ever. */
  @Test
  void vectorKernelsGetTheOptimizingCompiler() throws Exception {
    String jar = Processes.jar("ptilmpq-run.jar").toString();
    Processes.Result result =
        start(
            FLAGS, Processes.java(), "-Dptilmpq.kernels=vector", "-Dptilmpq.limits=true", "-XX:TieredStopAtLevel=1",
            "-jar", jar, MODEL, PICTURE);
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).contains("-XX:+UseSerialGC", "0.9881  3  cat").doesNotContain("TieredStopAtLevel");
  }

  @Test
  void aJavaThatStillDoesNotServeIsNotStartedAgain() throws Exception {
    Map<String, String> relaunched =
        Map.of("JDK_JAVA_OPTIONS", "-Dptilmpq.kernels=vector -Dptilmpq.relaunched=true");
    Processes.Result result = jar(relaunched, MODEL, PICTURE);
    assertThat(result.exit()).as("%s", result).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).contains("still lacks something (-Dptilmpq.kernels=vector asks for the Vector API)");
  }

  @Test
  void aChosenJavaThatIsNotThereIsAnError() throws Exception {
    Processes.Result result = jar(Map.of("PTILMPQ_JAVA_HOME", "/no/such/place"), "evaluate", MODEL);
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

  /** The second start uses the classes that the first one has kept, and they are no other program's. */
  @Test
  void theScriptKeepsItsClasses() throws Exception {
    Map<String, String> environment =
        Map.of("PTILMPQ_JAVA_HOME", Processes.javaHome().toString(), "PTILMPQ_JAVA_OPTS", "-Xlog:aot:stdout");
    String script = Processes.projectRoot().resolve("ptilmpq").toString();
    start(environment, script, MODEL, PICTURE);
    Processes.Result second = start(environment, script, MODEL, PICTURE);
    assertThat(second.exit()).as("%s", second).isZero();
    assertThat(second.out()).contains("Opened AOT cache", "0.9881  3  cat");
    assertThat(second.err()).isEmpty();
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

  /** What JAVA_HOME names is skipped if it is too old, without a compiler or not there. */
  @Test
  void mvnwStartsMavenOnAJdkThatServes() throws Exception {
    Path jdk = fakeJdk("jdk", "25.0.1");
    Path maven = folder.resolve("maven/bin/mvn");
    write(maven, "echo Apache Maven 3.9.9 on \"$JAVA_HOME\" in \"$MAVEN_OPTS\"");
    String mvnw = Processes.projectRoot().resolve("mvnw").toString();
    for (Path home : List.of(fakeJdk("old", "17.0.1"), fakeJava("jre", "25.0.1"), Path.of("/no/such/place"))) {
      Processes.Result result =
          start(
              Map.of(
                  "MAVEN_HOME", folder.resolve("maven").toString(),
                  "JAVA_HOME", home.toString(),
                  "PATH", jdk.resolve("bin") + ":" + System.getenv("PATH")),
              mvnw);
      assertThat(result.exit()).as("%s", result).isZero();
      assertThat(result.out()).startsWith("Apache Maven 3.9.9 on " + jdk.toRealPath() + " in --enable-native-access");
    }
  }

  private Processes.Result script(Map<String, String> environment) throws IOException, InterruptedException {
    return start(environment, Processes.projectRoot().resolve("ptilmpq").toString(), "devices");
  }

  private Path fakeJdk(String name, String version) throws IOException {
    Path home = fakeJava(name, version);
    write(home.resolve("bin/javac"), "exit 1");
    return home;
  }

  private Path fakeJava(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    write(home.resolve("bin/java"), "echo started " + name + " \"$@\"");
    Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private static void write(Path script, String command) throws IOException {
    Files.createDirectories(script.getParent());
    Files.writeString(script, "#!/bin/sh\n" + command + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Processes.Result jar(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(Processes.java(), "-jar", Processes.jar("ptilmpq-run.jar").toString()));
    command.addAll(List.of(arguments));
    return start(environment, command.toArray(String[]::new));
  }

  private Processes.Result start(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    return Processes.start(List.of(command), environment, folder, Path.of("/dev/null"));
  }
}
