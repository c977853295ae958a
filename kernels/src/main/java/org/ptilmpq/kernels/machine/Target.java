package org.ptilmpq.kernels.machine;

import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.machine.code.A64Processor;
import org.ptilmpq.kernels.machine.code.X64Processor;

/**
 * An instruction set that kernels can be written in.
 *
 * @param name for people and for {@link KernelProvider#MACHINE_PROPERTY}: "avx512-vnni"
 * @param widths vectors of a column that there is a product for, the widest first
 * @param products makes what a function of a convolution is written with, and with its emitter any other, for a
 *     width; a new one for each function
 */
record Target(String name, List<Integer> widths, IntFunction<ProductCode> products) {

  static final Target AVX512_VNNI =
      new Target("avx512-vnni", List.of(2, 1), v -> new DotProducts(new Avx512Emitter(v), new GfniUnpacking()));

  /** For the first processors with these dot products, which have neither VBMI nor GFNI. */
  static final Target AVX512_VNNI_PLANES =
      new Target(
          "avx512-vnni-planes", List.of(2, 1), v -> new DotProducts(new Avx512Emitter(v), new PlaneUnpacking()));

  static final Target AVX_VNNI =
      new Target(
          "avx-vnni", List.of(1), v -> new DotProducts(new Avx2Emitter(), new PlaneUnpacking()));

  static final Target SDOT = new Target("sdot", List.of(4), v -> new SdotProducts());

  static final Target NEON = new Target("neon", List.of(4), v -> new NeonProducts());

  static final Target AVX2 =
      new Target("avx2", List.of(1), v -> new RunProducts(new Avx2Emitter(), new PlaneUnpacking()));

  /** Asked for at the start and again when a model is opened; to ask the processor takes code of its own. */
  private static List<Target> ofThisMachine;

  /** For what decodes levels: the same for all instruction sets of an architecture. */
  Supplier<LevelEmitter> levelEmitters() {
    return this == SDOT || this == NEON ? NeonLevelEmitter::new : X64LevelEmitter::new;
  }

  /** For functions that aren't convolutions, in the narrowest columns. */
  ProductCode narrow() {
    return products.apply(widths.getLast());
  }

  /**
   * For a convolution: the widest columns, which load an input for the most channels, that leave no more lanes
   * without a channel than the narrowest.
   */
  ProductCode productsOf(KernelSpec.Convolution spec) {
    long least = lanes(spec, narrow());
    for (int width : widths) {
      ProductCode code = products.apply(width);
      if (lanes(spec, code) == least) {
        return code;
      }
    }
    return narrow();
  }

  /** Of all columns, with or without a channel. */
  private static long lanes(KernelSpec.Convolution spec, ProductCode code) {
    int lanes = code.emitter().columnLanes();
    long all = 0;
    for (PackedWeights.Block block : spec.weights().blocks()) {
      all += (long) Math.ceilDiv(block.channels(), lanes) * lanes;
    }
    return all;
  }

  /**
   * Those that this machine can run, the best one first.
   *
   * @throws org.ptilmpq.kernels.machine.code.ExecutableCodeException when the system forbids machine code
   */
  static synchronized List<Target> ofThisMachine() {
    if (ofThisMachine == null) {
      ofThisMachine = detect();
    }
    return ofThisMachine;
  }

  private static List<Target> detect() {
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
