package org.ptilmpq.kernels.machine;

import java.util.List;
import java.util.function.Supplier;

/** The emitters whose code this machine can run, a new one from each supplier. */
final class Emitters {

  private Emitters() {}

  static List<Supplier<Emitter>> all() {
    return switch (System.getProperty("os.arch")) {
      case "aarch64" -> List.of(() -> new NeonEmitter("NEON"));
      case "amd64" -> List.of(Avx512Emitter::new, () -> new Avx2Emitter("AVX2"));
      default -> throw new AssertionError("no emitter for " + System.getProperty("os.arch"));
    };
  }
}
