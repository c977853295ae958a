package org.ptilmpq.kernels.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.machine.code.NativeCalls;
import org.ptilmpq.kernels.machine.code.X64Processor;

/** An instruction set that kernels can be written in. */
enum Target {
  AVX512_VNNI("avx512-vnni", 2, 1),

  /** For the first processors with these dot products, which have neither VBMI nor GFNI. */
  AVX512_VNNI_PLANES("avx512-vnni-planes", 2, 1),
  AVX_VNNI("avx-vnni", 1),
  AVX2("avx2", 1),
  SDOT("sdot", 4),
  NEON("neon", 4);

  /** Bit of {@link NativeCalls#AT_HWCAP}: HWCAP_ASIMDDP. */
  private static final int ASIMDDP = 20;

  private final String label;
  private final int[] widths;

  /**
   * @param label human-readable name, also the value of {@link MachineKernels#PROPERTY}
   * @param widths vectors of a column that there is a product for, the widest first
   */
  Target(String label, int... widths) {
    this.label = label;
    this.widths = widths;
  }

  String label() {
    return label;
  }

  int[] widths() {
    return widths;
  }

  /**
   * The products that a convolution's function is written with, and with their emitter any other; a new object for each
   * function.
   */
  ProductCode products(int width) {
    return switch (this) {
      case AVX512_VNNI -> new DotProducts(new Avx512Emitter(width), new GfniUnpacking());
      case AVX512_VNNI_PLANES -> new DotProducts(new Avx512Emitter(width), new PlaneUnpacking());
      case AVX_VNNI -> new DotProducts(new Avx2Emitter(), new PlaneUnpacking());
      case AVX2 -> new RunProducts(new Avx2Emitter(), new PlaneUnpacking());
      case SDOT -> new SdotProducts();
      case NEON -> new NeonProducts();
    };
  }

  /** The emitter for functions that work on levels: the same for all instruction sets of an architecture. */
  LevelEmitter levelEmitter() {
    return this == SDOT || this == NEON ? new NeonLevelEmitter() : new X64LevelEmitter();
  }

  /** Needed at the start and again when a model is opened; asking the processor takes code of its own. */
  private static List<Target> ofThisMachine;

  /** The products for functions that aren't convolutions, in the narrowest columns. */
  ProductCode narrow() {
    return products(widths[widths.length - 1]);
  }

  /**
   * The products for a convolution: those of the widest columns, which load an input for the most channels, that leave
   * no more lanes without a channel than the narrowest.
   */
  ProductCode productsOf(KernelSpec.Convolution spec) {
    long least = lanes(spec, narrow());
    for (int width : widths) {
      ProductCode code = products(width);
      if (lanes(spec, code) == least) {
        return code;
      }
    }
    return narrow();
  }

  /** The lanes of all columns, with or without a channel. */
  private static long lanes(KernelSpec.Convolution spec, ProductCode code) {
    int lanes = code.emitter().columnLanes();
    long all = 0;
    for (PackedWeights.Block block : spec.weights().blocks()) {
      all += (long) Math.ceilDiv(block.channels(), lanes) * lanes;
    }
    return all;
  }

  /**
   * The instruction sets that this machine can run, the best one first.
   *
   * @throws org.ptilmpq.kernels.machine.code.ExecutableCode.ForbiddenException when the system forbids machine code
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
      case "aarch64" -> hasDotProducts() ? List.of(SDOT, NEON) : List.of(NEON);
      default -> List.of();
    };
  }

  /**
   * Whether an AArch64 processor has SDOT (FEAT_DotProd): Cortex-A55 and A76 on, not A53, A57 and A72. Linux reports
   * it, since a program may not ask the processor itself.
   */
  private static boolean hasDotProducts() {
    return (NativeCalls.getauxval(NativeCalls.AT_HWCAP) >>> ASIMDDP & 1) != 0;
  }

  private static List<Target> of(X64Processor processor) {
    List<Target> targets = new ArrayList<>();
    if (processor.avx512Vnni() && processor.vbmiAndGfni()) {
      targets.add(AVX512_VNNI);
    }
    if (processor.avx512Vnni()) {
      targets.add(AVX512_VNNI_PLANES);
    }
    if (processor.avxVnni()) {
      targets.add(AVX_VNNI);
    }
    if (processor.avx2()) {
      targets.add(AVX2);
    }
    return targets;
  }
}
