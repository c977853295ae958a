package org.ptilmpq.cli.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.NamedFiles;
import org.ptilmpq.cli.PreprocessingOptions;
import org.ptilmpq.cli.Program.ByteSizeConverter;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.profiles.DeviceProfileException;
import org.ptilmpq.profiles.DeviceProfiles;
import org.ptilmpq.profiles.Machine;
import org.ptilmpq.profiles.MachineDetection;
import org.ptilmpq.runtime.ProfileSettings;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options of every command that runs a model: what {@code --profile} sets, {@code --threads} and {@code --memory}
 * change.
 */
final class RunOptions {

  /** Memory for picocli and its model of all commands; measured: 7.5 MB. */
  private static final long COMMAND_LINE = 8_000_000;

  @Option(names = "--threads", paramLabel = "N", description = "Threads that compute; without it, one per processor.")
  private Integer threads;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = ByteSizeConverter.class,
      description = "Memory cap of the whole process, 96MB or 92MiB; what needs more is refused before it runs.")
  private Long memory;

  @Option(
      names = "--profile",
      paramLabel = "NAME|FILE",
      description =
          "Threads, memory cap and tile sizes of this device, as far as this machine has them; 'auto' is the device"
              + " that this machine is. The command 'devices' lists the names.")
  private String profile;

  private String profileName;

  @Mixin private PreprocessingOptions preprocessing;

  /**
   * Opens a session on a model's file, with its preprocessing replaced where the user wants that.
   *
   * @param path of the file, for errors
   * @param options from {@link #sessionOptions}
   */
  Session open(PqFile file, Path path, SessionOptions options) throws CommandException, IOException {
    if (!preprocessing.isGiven()) {
      return session(file, path, options);
    }
    Preprocessing changed = preprocessing.over(file.outline().preprocessing());
    try {
      return session(file, path, options.withPreprocessing(changed));
    } catch (IllegalArgumentException e) {
      throw CommandException.wrongUse(e);
    }
  }

  /**
   * Opens a session on a model's file.
   *
   * @param path of the file, for errors
   */
  static Session session(PqFile file, Path path, SessionOptions options) throws CommandException, IOException {
    Session session;
    try {
      session = Session.open(file, options);
    } catch (PqFormatException e) {
      throw NamedFiles.invalid(path, e);
    }
    int threads = session.memoryBudget().threads();
    if (threads < options.threads()) {
      note("computing on " + threads + " of " + options.threads() + " threads: the memory cap has no room for more");
    }
    return session;
  }

  /** Returns the session's options, without the preprocessing. */
  SessionOptions sessionOptions() throws CommandException, DeviceProfileException {
    SessionOptions options = SessionOptions.defaults().withReserved(COMMAND_LINE);
    try {
      if (profile != null) {
        options = withProfile(options);
      }
      options = threads == null ? options : options.withThreads(threads);
      return memory == null ? options : options.withMemoryCap(memory);
    } catch (IllegalArgumentException e) {
      throw CommandException.wrongUse(e);
    }
  }

  private SessionOptions withProfile(SessionOptions options) throws DeviceProfileException {
    Machine machine = MachineDetection.detect();
    ProfileSettings settings = ProfileSettings.of(DeviceProfiles.find(profile), machine);
    profileName = settings.profile().name();
    if (profile.equals(DeviceProfiles.AUTO)) {
      note("profile " + profileName + ", because " + DeviceProfiles.match(machine).reason());
    }
    for (ProfileSettings.Note note : settings.notes()) {
      boolean isChanged =
          switch (note.subject()) {
            case THREADS -> threads != null;
            case MEMORY -> memory != null;
            case ARCHITECTURE -> false;
          };
      if (!isChanged) {
        note(note.text());
      }
    }
    return options.withProfile(settings);
  }

  private static void note(String text) {
    System.err.println("ptilmpq: " + text);
  }

  /** Returns the name of the profile that {@link #sessionOptions} took, perhaps by "auto"; empty without one. */
  Optional<String> profileName() {
    return Optional.ofNullable(profileName);
  }
}
