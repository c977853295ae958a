package org.ptilmpq.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

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
}
