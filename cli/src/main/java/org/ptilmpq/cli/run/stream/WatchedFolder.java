package org.ptilmpq.cli.run.stream;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ptilmpq.cli.process.StandardStreams;

/**
 * Pictures that are dropped into a folder. Nothing says when a writer is done, so a file is taken once it has not
 * changed for a while. Those that are there at the start are not taken, nor hidden ones, nor names that don't end in
 * .jpg, .jpeg or .png: writing to another name and renaming the whole file also works.
 */
public final class WatchedFolder implements AutoCloseable {

  /** A file counts as written after this time without a change. */
  private static final long QUIET_NANOS = 200_000_000;

  /** The state of a file when it was last seen: a change of either is a change of the file. */
  private record State(long size, FileTime changed) {}

  private final Path folder;
  private final WatchService service;
  private final WatchKey key;

  /** Every picture in the folder that was there at the start or has been taken, as it was then. */
  private final Map<Path, State> known = new HashMap<>();

  /** Time of the last event of files that are still being written, oldest file first. */
  private final Map<Path, Long> written = new LinkedHashMap<>();

  WatchedFolder(Path folder) throws IOException {
    this.folder = folder;
    this.service = FileSystems.getDefault().newWatchService();
    this.key =
        folder.register(
            service,
            StandardWatchEventKinds.ENTRY_CREATE,
            StandardWatchEventKinds.ENTRY_MODIFY,
            StandardWatchEventKinds.ENTRY_DELETE);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, WatchedFolder::isPicture)) {
      for (Path file : files) {
        remember(file);
      }
    }
  }

  /**
   * Classifies pictures as they are dropped into a folder, until someone ends it: never returns, and a picture that
   * can't be read is reported.
   *
   * @throws StandardStreams.ClosedException when nobody reads the results any more
   * @throws IOException when the folder has gone, or writing failed
   */
  public static void classify(Path folder, PictureLoop loop, ClassificationPrinter printer)
      throws IOException, InterruptedException {
    try (WatchedFolder watched = new WatchedFolder(folder)) {
      System.err.println("ptilmpq: waiting for pictures in " + folder);
      while (true) {
        Path file = watched.next();
        loop.classify(file.toString(), file, printer);
      }
    }
  }

  /**
   * Waits for the next picture.
   *
   * @throws IOException when the folder is gone
   */
  Path next() throws IOException, InterruptedException {
    while (true) {
      Path ready = ready();
      if (ready != null) {
        return ready;
      }
      // Without files being written there is nothing to examine before the next event.
      WatchKey signalled =
          written.isEmpty() ? service.take() : service.poll(QUIET_NANOS / 4, TimeUnit.NANOSECONDS);
      if (signalled != null) {
        for (WatchEvent<?> event : signalled.pollEvents()) {
          seen(event);
        }
        if (!signalled.reset()) {
          throw new IOException(folder + ": the folder has gone");
        }
      }
    }
  }

  private void seen(WatchEvent<?> event) throws IOException {
    if (event.kind() == StandardWatchEventKinds.OVERFLOW) {
      // More happened than the system records: whatever differs from its known state may have changed.
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, WatchedFolder::isPicture)) {
        files.forEach(file -> written.putIfAbsent(file, System.nanoTime()));
      }
      return;
    }
    Path file = folder.resolve((Path) event.context());
    if (event.kind() == StandardWatchEventKinds.ENTRY_DELETE) {
      known.remove(file);
      written.remove(file);
    } else if (isPicture(file)) {
      written.put(file, System.nanoTime());
    }
  }

  /** Returns a file that has been quiet for long enough and isn't as it was when last taken, or null. */
  private Path ready() throws IOException {
    long now = System.nanoTime();
    for (Iterator<Map.Entry<Path, Long>> files = written.entrySet().iterator(); files.hasNext(); ) {
      Map.Entry<Path, Long> file = files.next();
      if (now - file.getValue() >= QUIET_NANOS) {
        Path path = file.getKey();
        files.remove();
        State before = known.get(path);
        State state = remember(path);
        if (state != null && !state.equals(before)) {
          return path;
        }
      }
    }
    return null;
  }

  /** Returns the file's state now, or null when it has gone again or isn't a file. */
  private State remember(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      State state = attributes.isRegularFile() ? new State(attributes.size(), attributes.lastModifiedTime()) : null;
      if (state != null) {
        known.put(file, state);
      }
      return state;
    } catch (NoSuchFileException e) {
      known.remove(file);
      return null;
    }
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return !name.startsWith(".") && (name.endsWith(".jpg") || name.endsWith(".jpeg") || name.endsWith(".png"));
  }

  @Override
  public void close() throws IOException {
    key.cancel();
    service.close();
  }
}
