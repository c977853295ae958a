package org.ptilmpq.kernels.machine;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.ptilmpq.kernels.machine.code.A64Processor;
import org.ptilmpq.kernels.machine.code.X64Processor;

/**
 * An instruction set that kernels can be written in.
 *
 * @param name for people and for {@link MachineKernels#TARGET_PROPERTY}: "avx512-vnni"
 * @param products makes what a function of a convolution is written with, and with its emitter any other; a new one for each
 */
record Target(String name, Supplier<ProductCode> products) {

  static final Target AVX512_VNNI =
      new Target("avx512-vnni", () -> new DotProducts(new Avx512Emitter(), new GfniUnpacking()));

  /** For the first processors with these dot products, which have neither VBMI nor GFNI. */
  static final Target AVX512_VNNI_PLANES =
      new Target("avx512-vnni-planes", () -> new DotProducts(new Avx512Emitter(), new PlaneUnpacking()));

  static final Target AVX_VNNI =
      new Target("avx-vnni", () -> new DotProducts(new Avx2Emitter("AVX-VNNI"), new PlaneUnpacking()));

  static final Target SDOT = new Target("sdot", SdotProducts::new);

  static final Target NEON = new Target("neon", NeonProducts::new);

  static final Target AVX2 =
      new Target("avx2", () -> new RunProducts(new Avx2Emitter("AVX2"), new PlaneUnpacking()));

  /**
   * Those that this machine can run, the best one first.
   *
   * @throws org.ptilmpq.kernels.machine.code.ExecutableCodeException when the system forbids machine code
   */
  static List<Target> ofThisMachine() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (!system.equals("linux")) {
      return List.of();
    }
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> of(X64Processor.detect());
      case "aarch64" -> A64Processor.detect().dotProducts() ? List.of(SDOT, NEON) : List.of(NEON);
      default -> List.of();
    };
  }

  private static List<Target> of(X64Processor processor) {
    return Stream.of(
            processor.avx512Vnni() && processor.vbmiAndGfni() ? AVX512_VNNI : null,
            processor.avx512Vnni() ? AVX512_VNNI_PLANES : null,
            processor.avxVnni() ? AVX_VNNI : null,
            processor.avx2() ? AVX2 : null)
        .filter(target -> target != null)
        .toList();
  }
}
