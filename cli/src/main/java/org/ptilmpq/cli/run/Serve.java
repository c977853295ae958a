package org.ptilmpq.cli.run;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.NamedFiles;
import org.ptilmpq.cli.run.serial.SerialOptions;
import org.ptilmpq.cli.run.serial.SerialServer;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code serve}: classifies pictures that come over a serial line, until it is ended. */
@Command(name = "serve", description = "Classify pictures that come over a serial line, and answer on it.")
final class Serve implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL.pq", description = "The quantized network.")
  private Path model;

  @ArgGroup(exclusive = false, multiplicity = "1", heading = "Serial line (docs/serial.md):%n")
  private SerialOptions serial;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "1",
      description = "Answer with the K likeliest classes, 20 at most (${DEFAULT-VALUE}).")
  private int top;

  @Mixin private RunOptions options;

  @Override
  public Integer call() throws Exception {
    serial.check();
    SessionOptions sessionOptions = options.sessionOptions();
    try (PqFile file = NamedFiles.model(model);
        Session session = options.open(file, model, sessionOptions)) {
      SerialServer.serve(session, serial, top);
    }
    return ExitCode.DONE;
  }
}
