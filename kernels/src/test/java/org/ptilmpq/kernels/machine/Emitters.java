package org.ptilmpq.kernels.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The emitters whose code this machine can run, a new one from each supplier. */
final class Emitters {

  private Emitters() {}

  static List<Supplier<Emitter>> all() {
    List<Supplier<Emitter>> emitters = new ArrayList<>();
    for (Target target : Target.ofThisMachine()) {
      for (int width : target.widths()) {
        emitters.add(() -> target.products(width).emitter());
      }
    }
    return emitters;
  }
}
