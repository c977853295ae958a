package org.ptilmpq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ptilmpq.testkit.JsonParser;

/**
 * Compares what processes take with the memory plan: never more, and not much less; a limit of the system's is the cap.
 * Runs on the demo model and on those that -Dmodels names. Needs a control group to put processes into, which root has.
 */
@Tag("endurance")
class MemoryCapIT {

  private static final int STARTS = 30;

  /** The most that may be planned, as a multiple of the peak. */
  private static final double SLACK = 1.08;

  private static final double MEBIBYTE = 1 << 20;

  private static final Pattern MEMORY = Pattern.compile("peak of the process ([\\d.]+) MiB, planned ([\\d.]+) MiB");

  private static final Path DEMO = Processes.projectRoot().resolve("examples/resnet20-cifar10.pq");

  static Stream<Path> models() {
    String named = System.getProperty("ptilmpq.models", "");
    return Stream.concat(Stream.of(DEMO), Stream.of(named.split(",")).filter(name -> !name.isEmpty()).map(Path::of));
  }

  /** Peak and plan of a process, in bytes. */
  private record Memory(double peak, double planned) {

    static Memory of(Processes.Result result) {
      Matcher matcher = MEMORY.matcher(result.err());
      assertThat(matcher.find()).as("%s", result).isTrue();
      return new Memory(
          Double.parseDouble(matcher.group(1)) * MEBIBYTE, Double.parseDouble(matcher.group(2)) * MEBIBYTE);
    }
  }

  private static Processes.Result script(String wrapper, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    if (!wrapper.isEmpty()) {
      command.addAll(List.of("sh", "-c", wrapper + "exec \"$@\"", "sh"));
    }
    command.add(Processes.projectRoot().resolve("ptilmpq").toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Map<String, String> java = Map.of("PTILMPQ_JAVA_HOME", Processes.javaHome().toString());
    return Processes.start(command, java, Path.of("."), Path.of("/dev/null"));
  }

  private static Path picture() {
    return Processes.projectRoot().resolve("examples/rocket.jpg");
  }

  @ParameterizedTest
  @MethodSource("models")
  void planIsNeitherExceededNorMuchTooLarge(Path model) throws Exception {
    script("", model, picture());
    for (int threads : new int[] {1, 2, 4}) {
      double worst = 0;
      for (int start = 0; start < STARTS; start++) {
        Memory memory = Memory.of(script("", model, picture(), "--threads", threads, "--time"));
        assertThat(memory.peak).as("%s on %d threads", model, threads).isLessThanOrEqualTo(memory.planned);
        worst = Math.max(worst, memory.planned / memory.peak);
      }
      System.out.printf("MemoryCapIT: %s on %d threads: planned at most %.3f of the peak%n", model, threads, worst);
      assertThat(worst).as("%s on %d threads", model, threads).isLessThanOrEqualTo(SLACK);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void capIsHeldWhereTheSystemHoldsIt(Path model) throws Exception {
    double planned = Memory.of(script("", model, picture(), "--time")).planned;
    long cap = (long) (planned + MEBIBYTE / 2);
    try (ControlGroup group = ControlGroup.limitedTo(cap)) {
      String expected = script("", model, picture()).out();
      for (int start = 0; start < STARTS; start++) {
        Processes.Result result = script(group.enter(), model, picture(), "--memory", Long.toString(cap));
        assertThat(result.exit()).as("%s", result).isZero();
        assertThat(result.out()).isEqualTo(expected);
      }
    }
    assertThat(script("", model, picture(), "--memory", (long) (0.7 * planned)).exit())
        .isEqualTo(ExitCode.OVER_MEMORY_CAP);
  }

  @Test
  void memoryDoesNotGrowOverInferences() throws Exception {
    double few = peakOf(1_000);
    double many = peakOf(100_000);
    System.out.printf("MemoryCapIT: %.1f MiB after 1,000 inferences, %.1f after 100,000%n", few, many);
    assertThat(many).isLessThan(few + 4);
  }

  private static double peakOf(int runs) throws IOException, InterruptedException {
    Processes.Result result = Processes.run("benchmark", DEMO, "--warmup", "0", "--runs", runs, "--json");
    assertThat(result.exit()).as("%s", result).isZero();
    return (Double) JsonParser.object(result.out()).get("peak_rss_bytes") / MEBIBYTE;
  }

  /**
   * A group of processes with a limit on the memory that they take together.
   *
   * @param folder of version 1 or 2 of the interface
   */
  private record ControlGroup(Path folder) implements AutoCloseable {

    static ControlGroup limitedTo(long bytes) throws IOException {
      Path one = Path.of("/sys/fs/cgroup/memory");
      Path parent = Files.isDirectory(one) ? one : Path.of("/sys/fs/cgroup");
      Path folder = Files.createDirectory(parent.resolve("ptilmpq-" + ProcessHandle.current().pid()));
      String limit = Files.isDirectory(one) ? "memory.limit_in_bytes" : "memory.max";
      Files.writeString(folder.resolve(limit), Long.toString(bytes));
      return new ControlGroup(folder);
    }

    /** Returns the command by which a shell enters the group. */
    String enter() {
      return "echo $$ >" + folder.resolve("cgroup.procs") + "; ";
    }

    @Override
    public void close() throws IOException {
      Files.delete(folder);
    }
  }
}
