package org.ptilmpq.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Writes files whole or not at all: the bytes go to a hidden temporary file in the same folder, are forced to the disk,
 * and only then take the target's name. A failure, an interrupt or the end of the process deletes the temporary file;
 * what a {@code kill -9} leaves, a later run to the same target deletes.
 *
 * <p>Renaming onto a device or named pipe would put a file in its place for every program of the machine, and renaming
 * onto a link would cut it, so the former are refused and links are followed.
 */
public final class AtomicFile {

  /** As many links on the way to one file as Linux follows. */
  private static final int MAX_LINKS = 40;

  private AtomicFile() {}

  /** Provides the bytes of a file. */
  public interface Content {

    /** Writes all bytes, in order. */
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  /**
   * Returns where {@link #write} would put a file of this name, for a check before long work.
   *
   * @return the path itself, made absolute, or what it links to, whether that is there yet or not
   * @throws IOException when no file can be written there: the message names the path and says why
   */
  public static Path target(Path file) throws IOException {
    Path target = destination(file);
    Path folder = target.getParent();
    if (Files.isDirectory(target)) {
      throw new IOException(file + " is a folder, where a file is to be written");
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(file + " is a device or pipe, and no file that can be replaced: name a file");
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException(file + ": there is no folder " + folder + " to write it to");
    }
    if (!Files.isWritable(folder)) {
      throw new IOException(file + ": no permission to write in the folder " + folder);
    }
    return target;
  }

  /**
   * Writes a file, or leaves things as they were.
   *
   * @throws PqFormatException when the content finds a fault in itself
   * @throws ClosedByInterruptException when the thread is interrupted
   * @throws IOException when the file can't be written: the message names it
   */
  public static void write(Path file, Content content) throws IOException {
    Path target = target(file);
    TemporaryFile.deleteAbandoned(target);
    try (TemporaryFile temporary = new TemporaryFile(target)) {
      try (FileChannel channel = temporary.open()) {
        content.writeTo(channel);
        channel.force(true);
      }
      temporary.replaceTarget();
    } catch (PqFormatException | ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(file + " can't be written: " + reason(e), e);
    }
  }

  /**
   * Writes a file of these bytes, or leaves things as they were.
   *
   * @throws ClosedByInterruptException when the thread is interrupted
   * @throws IOException when the file can't be written: the message names it
   */
  public static void write(Path file, byte[] content) throws IOException {
    write(file, channel -> writeAll(ByteBuffer.wrap(content), channel));
  }

  /** Writes what remains in a buffer: a channel may take less at a time. */
  static void writeAll(ByteBuffer bytes, WritableByteChannel channel) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** The end of a chain of links. Those of {@code /proc} are files that a process has open, not names. */
  private static Path destination(Path file) throws IOException {
    Path path = file.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(path); links++) {
      if (links == MAX_LINKS) {
        throw new IOException(file + ": too many links, one to the other");
      }
      if (path.getParent().toRealPath().startsWith("/proc")) {
        throw new IOException(file + " is what a process has open, and no file that can be replaced: name a file");
      }
      path = path.resolveSibling(Files.readSymbolicLink(path));
    }
    return path;
  }

  /** The reason without the name, which would be the temporary file's. */
  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "no permission";
      case NoSuchFileException missing -> "its folder has gone";
      case FileSystemException system when system.getReason() != null -> system.getReason();
      default -> e.getMessage();
    };
  }

  /**
   * The hidden file beside a target that is filled before it takes the target's name: {@code .TARGET.UUID.tmp}. It is
   * gone when this is closed, and when the virtual machine ends before that.
   */
  static final class TemporaryFile implements AutoCloseable {

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
}
