package org.ptilmpq.kernels.machine;

import java.util.List;
import java.util.function.Supplier;

/** The emitters whose code this machine can run, a new one from each supplier. */
final class Emitters {

  private Emitters() {}

  static List<Supplier<Emitter>> all() {
    return switch (System.getProperty("os.arch")) {
      case "aarch64" -> List.of(() -> new NeonEmitter("NEON"));
      default ->
          Target.ofThisMachine().stream()
              .<Supplier<Emitter>>map(target -> () -> target.products().get().emitter())
              .toList();
    };
  }
}
