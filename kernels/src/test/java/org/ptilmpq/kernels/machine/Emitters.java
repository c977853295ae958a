package org.ptilmpq.kernels.machine;

import java.util.List;
import java.util.function.Supplier;

/** The emitters whose code this machine can run, a new one from each supplier. */
final class Emitters {

  private Emitters() {}

  static List<Supplier<Emitter>> all() {
    return Target.ofThisMachine().stream()
        .<Supplier<Emitter>>map(target -> () -> target.products().get().emitter())
        .toList();
  }
}
