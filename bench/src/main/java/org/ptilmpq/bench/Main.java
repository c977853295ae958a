package org.ptilmpq.bench;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import org.ptilmpq.format.PqFormatException;

/**
 * {@code compare …} sets whole networks side by side, {@code marked …} runs one for an emulator that counts
 * instructions, {@code sweep …} measures kernels against the machine's limits, {@code pictures …} draws what was
 * measured; everything else goes to JMH.
 */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    List<String> rest = Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length);
    switch (arguments.length == 0 ? "" : arguments[0]) {
      case "compare" -> System.exit(compare(rest));
      case "sweep" -> System.exit(sweep(rest));
      case "marked" -> System.exit(marked(rest));
      case "pictures" -> System.exit(pictures(rest));
      default -> org.openjdk.jmh.Main.main(arguments);
    }
  }

  /** The work of a command. */
  private interface Command {
    void run() throws IOException, OrtException, InterruptedException;
  }

  static int compare(List<String> arguments) throws InterruptedException {
    return run(ComparisonOptions.USAGE, () -> {
      ComparisonOptions options = ComparisonOptions.parse(arguments);
      PeerComparison.Result result = PeerComparison.run(options);
      System.out.print(options.json() ? result.json(options.rounds()) : result.table());
    });
  }

  static int sweep(List<String> arguments) throws InterruptedException {
    return run(SweepOptions.USAGE, () -> {
      SweepOptions options = SweepOptions.parse(arguments);
      SweepResult result = Sweep.run(options);
      System.out.print(options.json() ? SweepJson.of(result) : SweepTable.of(result));
    });
  }

  static int marked(List<String> arguments) throws InterruptedException {
    return run(MarkedInferences.USAGE, () -> System.out.println(MarkedInferences.parse(arguments).run()));
  }

  static int pictures(List<String> arguments) throws InterruptedException {
    return run(Pictures.USAGE, () -> Pictures.draw(arguments).forEach(System.out::println));
  }

  /** Exit codes are those of the command line: 2 wrong use, 4 an invalid model file, 1 anything else. */
  private static int run(String usage, Command command) throws InterruptedException {
    try {
      command.run();
      return 0;
    } catch (IllegalArgumentException e) {
      System.err.println("ptilmpq-bench: " + e.getMessage() + "\n" + usage);
      return 2;
    } catch (PqFormatException e) {
      System.err.println("ptilmpq-bench: " + e.getMessage());
      return 4;
    } catch (NoSuchFileException e) {
      System.err.println("ptilmpq-bench: there is no file " + e.getFile());
      return 1;
    } catch (IOException | OrtException e) {
      System.err.println("ptilmpq-bench: " + e.getMessage());
      return 1;
    }
  }
}
