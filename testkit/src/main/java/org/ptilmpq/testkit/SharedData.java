package org.ptilmpq.testkit;

import java.nio.file.Files;
import java.nio.file.Path;

/** The real models and pictures that checks tagged {@code shared-data} use ({@code mvn verify -Pshared-data}). */
public final class SharedData {

  private SharedData() {}

  /** A file or folder below the data folder; a test that requests one that isn't there fails, and says why. */
  public static Path path(String below) {
    Path data = Path.of(System.getProperty("shared.data", "../shared/data"));
    Path path = data.resolve(below);
    if (!Files.exists(path)) {
      throw new AssertionError(
          "shared data missing: " + path.toAbsolutePath() + "; set -Dshared.data or leave out -Pshared-data");
    }
    return path;
  }
}
