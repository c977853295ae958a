package org.ptilmpq.bench;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import org.ptilmpq.format.PqFormatException;

/** {@code compare …} sets whole networks side by side; everything else goes to JMH. */
public final class Main {

  private static final String VECTOR_API = "jdk.incubator.vector";

  private Main() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 0 && arguments[0].equals("compare")) {
      System.exit(compare(Arrays.asList(arguments).subList(1, arguments.length)));
    }
    org.openjdk.jmh.Main.main(arguments);
  }

  /** Exit codes are those of the command line: 2 wrong use, 4 an invalid model file, 1 anything else. */
  static int compare(List<String> arguments) {
    try {
      ComparisonOptions options = ComparisonOptions.parse(arguments);
      if (ModuleLayer.boot().findModule(VECTOR_API).isEmpty()) {
        throw new IllegalArgumentException("without --add-modules " + VECTOR_API + " it would be the scalar kernels");
      }
      PeerComparison.Result result = PeerComparison.run(options);
      System.out.print(
          options.json() ? ComparisonReport.json(result, options.rounds()) : ComparisonReport.table(result));
      return 0;
    } catch (IllegalArgumentException e) {
      System.err.println("ptilmpq-bench: " + e.getMessage() + "\n" + ComparisonOptions.USAGE);
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
