package org.ptilmpq.cli.run;

import java.util.Locale;
import org.ptilmpq.format.Storage;

/** How the command line calls a {@link Storage}. */
final class StorageName {

  private StorageName() {}

  static String of(Storage storage) {
    return storage.name().toLowerCase(Locale.ROOT);
  }
}
