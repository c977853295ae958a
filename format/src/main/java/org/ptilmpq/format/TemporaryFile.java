package org.ptilmpq.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The hidden file beside a target that is filled before it takes the target's name: {@code .TARGET.UUID.tmp}. It is
 * gone when this is closed, and when the virtual machine ends before that.
 */
final class TemporaryFile implements AutoCloseable {

  private static final Pattern UUID_AND_ENDING =
      Pattern.compile("\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

  /** Nobody pauses that long while writing: a file untouched for this time belongs to a process that was killed. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  private final Path target;
  private final Path path;
  private final Thread hook = new Thread(this::end, "ptilmpq-temporary-file");
  private boolean ended;

  /**
   * @throws IOException when the virtual machine is ending
   */
  TemporaryFile(Path target) throws IOException {
    this.target = target;
    this.path = beside(target);
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      throw new IOException("the process is ending", e);
    }
  }

  /** Creates the file, to be written. */
  synchronized FileChannel open() throws IOException {
    if (ended) {
      throw new IOException("the process is ending");
    }
    return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Gives the file the target's name, in place of the file that has it. */
  void replaceTarget() throws IOException {
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Deletes the file unless it has the target's name; its writer may still be at work. */
  private synchronized void end() {
    ended = true;
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // The process is ending and nobody can be informed; a later run tries again.
    }
  }

  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(path);
    } finally {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The virtual machine is ending: the hook runs, and finds nothing.
      }
    }
  }

  /** A name that no other file has. */
  static Path beside(Path target) {
    return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  /** Deletes what killed processes left of this target; what can't be deleted stays and does no harm. */
  static void deleteAbandoned(Path target) {
    String beginning = "." + target.getFileName();
    Instant oldest = Instant.now().minus(ABANDONED);
    DirectoryStream.Filter<Path> isAbandoned =
        file -> {
          String name = file.getFileName().toString();
          return name.startsWith(beginning)
              && UUID_AND_ENDING.matcher(name.substring(beginning.length())).matches()
              && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
              && Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant().isBefore(oldest);
        };
    try (DirectoryStream<Path> files = Files.newDirectoryStream(target.getParent(), isAbandoned)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | DirectoryIteratorException e) {
      // A folder that can't be listed keeps its leftovers; whether it can be written to shows next.
    }
  }
}
