package org.ptilmpq.cli.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.NamedFiles;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code repack}: writes the same model in its other form, without loss in either direction. */
@Command(name = "repack", description = "Write the same model with its weights packed or compressed.")
final class Repack implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL.pq", description = "The file to read.")
  private Path model;

  @Option(
      names = "--storage",
      required = true,
      paramLabel = "packed|compressed",
      description = "The form to write: packed starts fastest, compressed is smallest.")
  private Storage storage;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT.pq",
      description = "The file to write; it may be the one that is read.")
  private Path output;

  @Override
  public Integer call() throws Exception {
    NamedFiles.output(output);
    try (PqFile file = NamedFiles.model(model)) {
      // A damaged layer is a fault of the model, and is reported as one.
      NamedFiles.decoded(file, model);
      // The new file takes the old one's name only when it is whole: what is mapped here stays as it is.
      PqWriter.write(file, output, storage);
      System.out.printf(
          "%s: %s, %d bytes (from %s, %d bytes)%n",
          output, Inspect.name(storage), Files.size(output), Inspect.name(file.storage()), file.fileBytes());
      return ExitCode.DONE;
    }
  }
}
