package org.ptilmpq.cli.run;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.NamedFiles;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code verify}: checks that a file is a valid model, with every checksum and every weight, without running it. */
@Command(name = "verify", description = "Check a model file, checksums included, without running it.")
final class Verify implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL.pq", description = "The file to check.")
  private Path model;

  @Override
  public Integer call() throws Exception {
    try (PqFile file = NamedFiles.model(model)) {
      PqModel network = NamedFiles.decoded(file, model);
      System.out.printf(
          "%s: valid, %s, %d operations, %s, %d bytes%n",
          model, network.name(), network.operations().size(), Inspect.name(file.storage()), file.fileBytes());
      return ExitCode.DONE;
    }
  }
}
