package org.ptilmpq.kernels.machine;

import java.util.function.Supplier;

/**
 * An instruction set that kernels can be written in.
 *
 * @param name for people and for {@code -Dptilmpq.machine}: "avx512-vnni"
 * @param products makes what a function of a convolution is written with, and with its emitter any other; a new one for each
 */
record Target(String name, Supplier<ProductCode> products) {

  static final Target AVX512_VNNI =
      new Target("avx512-vnni", () -> new DotProducts(new Avx512Emitter(), new GfniUnpacking()));

  static final Target AVX512_VNNI_WITHOUT_GFNI =
      new Target("avx512-vnni-no-gfni", () -> new DotProducts(new Avx512Emitter(), new PlaneUnpacking()));

  static final Target AVX_VNNI =
      new Target("avx-vnni", () -> new DotProducts(new Avx2Emitter("AVX-VNNI"), new PlaneUnpacking()));
}
