package org.ptilmpq.cli.run;

import java.util.Locale;
import org.ptilmpq.format.Storage;

/** The name of a {@link Storage} on the command line. */
final class StorageName {

  private StorageName() {}

  static String of(Storage storage) {
    return storage.name().toLowerCase(Locale.ROOT);
  }
}
