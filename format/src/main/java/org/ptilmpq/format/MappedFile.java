package org.ptilmpq.format;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * A file in memory, and whether somebody has written into it since. A mapping follows what is done to its file: other
 * bytes are read at once, and those beyond a new end are a fault of memory access. A file that takes the old one's name
 * is another file, and harmless; so is what happens to the name.
 *
 * <p>Changes are detected by size and modification time, which the system sets before it changes the bytes: whoever
 * asks after reading knows what was read. A change within a few milliseconds of the last one before opening may have
 * the same time.
 */
final class MappedFile implements AutoCloseable {

  private final Path path;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment bytes;

  /** For {@link File}, whose queries allocate nothing: a network makes them before and after each run. */
  private final File file;

  private final long millis;

  private final BasicFileAttributes attributes;

  MappedFile(Path path) throws IOException {
    this.path = path;
    this.file = path.toFile();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      this.millis = file.lastModified();
      this.attributes = Files.readAttributes(path, BasicFileAttributes.class);
      this.bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  MemorySegment bytes() {
    return bytes;
  }

  /**
   * @throws PqFormatException when the file was written to or shortened since it was opened
   */
  void requireUnchanged() throws PqFormatException {
    if (isChanged()) {
      throw changed(null);
    }
  }

  /**
   * Explains a fault of memory access: the file was changed.
   *
   * @param fault thrown by the virtual machine where the mapping was read
   * @throws InternalError the fault itself, when the file is as it was
   */
  PqFormatException lost(InternalError fault) {
    if (!isChanged()) {
      throw fault;
    }
    return changed(fault);
  }

  private PqFormatException changed(InternalError fault) {
    return new PqFormatException(
        path + " was changed in place while it was used: what was read of it is worth nothing."
            + " Write a new file under another name and rename it over the old one (mv), then start again",
        fault);
  }

  private boolean isChanged() {
    if (file.lastModified() == millis && file.length() == attributes.size()) {
      return false;
    }
    try {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      return Objects.equals(now.fileKey(), attributes.fileKey())
          && (now.size() != attributes.size() || !now.lastModifiedTime().equals(attributes.lastModifiedTime()));
    } catch (IOException e) {
      // The name is gone. The file is still there, as it is mapped.
      return false;
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
