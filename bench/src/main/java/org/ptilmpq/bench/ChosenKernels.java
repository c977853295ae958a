package org.ptilmpq.bench;

import java.util.Optional;
import org.ptilmpq.kernels.KernelCosts;
import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.KernelSet;

/** Kernel sets as {@link KernelProvider} chooses them under given properties, which are put back afterwards. */
final class ChosenKernels {

  /** What decides between products on this machine; in a benchmark there is time to measure it. */
  private static final Optional<KernelCosts> MEASURED = Optional.of(KernelProvider.measureCosts());

  private ChosenKernels() {}

  /**
   * @param kind {@code vector} or {@code scalar}
   * @param products as {@link KernelProvider#PRODUCTS_PROPERTY} calls them
   * @throws IllegalStateException when the provider chooses another kind: figures under a wrong name are worse than none
   */
  static KernelSet of(String kind, String products) {
    String simdBefore = System.getProperty(KernelProvider.SIMD_PROPERTY);
    String productsBefore = System.getProperty(KernelProvider.PRODUCTS_PROPERTY);
    System.setProperty(KernelProvider.SIMD_PROPERTY, kind.equals("scalar") ? "off" : "on");
    System.setProperty(KernelProvider.PRODUCTS_PROPERTY, products);
    try {
      KernelProvider.Choice choice = KernelProvider.choose(MEASURED);
      if (!choice.kernels().name().startsWith(kind)) {
        throw new IllegalStateException(
            "asked for " + kind + " kernels, got " + choice.kernels().name() + ": " + choice.reason());
      }
      return choice.kernels();
    } finally {
      putBack(KernelProvider.SIMD_PROPERTY, simdBefore);
      putBack(KernelProvider.PRODUCTS_PROPERTY, productsBefore);
    }
  }

  private static void putBack(String property, String value) {
    if (value == null) {
      System.clearProperty(property);
    } else {
      System.setProperty(property, value);
    }
  }
}
