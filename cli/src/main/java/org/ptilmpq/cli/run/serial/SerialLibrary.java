package org.ptilmpq.cli.run.serial;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.ExitCode;

/**
 * Loads jSerialComm's native library before jSerialComm would. By itself it takes a file of a known name from the
 * folder for temporary files, which any user of the machine may have put there, leaves copies behind, and ends the
 * process on systems that it doesn't know. Here the library is unpacked into a new folder that nobody else may write,
 * and removed at once: the system keeps a loaded library.
 */
final class SerialLibrary {

  /** The property that names the folder where jSerialComm looks first. */
  private static final String FOLDER_PROPERTY = "jSerialComm.library.path";

  private static boolean loaded;

  private SerialLibrary() {}

  /**
   * Loads the library, once.
   *
   * @throws CommandException when there is none for this machine, or no folder to load it from
   */
  static synchronized void load() throws CommandException {
    if (loaded || System.getProperty(FOLDER_PROPERTY) != null) {
      return;
    }
    String resource = resource(System.getProperty("os.name"), System.getProperty("os.arch"));
    try (InputStream in = SerialLibrary.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new CommandException(
            ExitCode.FAILED,
            "no serial library for " + System.getProperty("os.name") + " on " + System.getProperty("os.arch")
                + ": this jar serves serial lines on 64-bit Linux and macOS");
      }
      load(in.readAllBytes(), Path.of(resource).getFileName().toString());
    } catch (IOException e) {
      throw cannotLoad(e);
    }
    loaded = true;
  }

  private static void load(byte[] library, String name) throws IOException, CommandException {
    Path folder = Files.createTempDirectory("ptilmpq-serial-");
    Path file = folder.resolve(name);
    try {
      Files.write(file, library);
      System.setProperty(FOLDER_PROPERTY, folder.toString());
      // jSerialComm's initializer loads the library and checks its version.
      Class.forName("com.fazecast.jSerialComm.SerialPort");
    } catch (LinkageError | ClassNotFoundException e) {
      throw cannotLoad(e);
    } finally {
      System.clearProperty(FOLDER_PROPERTY);
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  private static CommandException cannotLoad(Throwable e) {
    return new CommandException(
        ExitCode.FAILED,
        "the serial library can't be loaded from " + System.getProperty("java.io.tmpdir") + ": "
            + String.valueOf(e.getMessage()).strip().replace("\n", "; ")
            + "; if that folder is full or mounted noexec, name another one:"
            + " PTILMPQ_JAVA_OPTS=-Djava.io.tmpdir=DIR",
        e);
  }

  /** Returns where the library is in jSerialComm's jar. */
  static String resource(String system, String architecture) {
    String os = system.toLowerCase(Locale.ROOT);
    boolean arm = architecture.equals("aarch64") || architecture.equals("arm64");
    boolean intel = architecture.equals("amd64") || architecture.equals("x86_64");
    if (os.startsWith("linux") && (arm || intel)) {
      return "/Linux/" + (arm ? "armv8_64" : "x86_64") + "/libjSerialComm.so";
    }
    if (os.startsWith("mac") && (arm || intel)) {
      return "/OSX/" + (arm ? "aarch64" : "x86_64") + "/libjSerialComm.jnilib";
    }
    return "/none/" + os + "/" + architecture;
  }
}
