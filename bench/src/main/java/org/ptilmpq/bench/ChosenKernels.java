package org.ptilmpq.bench;

import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.KernelSet;

/** Kernel sets as {@link KernelProvider} chooses them under given properties, which are put back afterwards. */
final class ChosenKernels {

  private ChosenKernels() {}

  /**
   * @param kind {@code vector} or {@code scalar}
   * @param products as {@link KernelProvider#PRODUCTS_PROPERTY} calls them
   * @throws IllegalStateException when the provider chooses another kind: figures under a wrong name are worse than none
   */
  static KernelSet of(String kind, String products) {
    String kernelsBefore = System.getProperty(KernelProvider.KERNELS_PROPERTY);
    String productsBefore = System.getProperty(KernelProvider.PRODUCTS_PROPERTY);
    System.setProperty(KernelProvider.KERNELS_PROPERTY, kind);
    System.setProperty(KernelProvider.PRODUCTS_PROPERTY, products);
    try {
      KernelProvider.Choice choice = KernelProvider.choose();
      if (!choice.kernels().name().startsWith(kind)) {
        throw new IllegalStateException(
            "asked for " + kind + " kernels, got " + choice.kernels().name() + ": " + choice.reason());
      }
      return choice.kernels();
    } finally {
      putBack(KernelProvider.KERNELS_PROPERTY, kernelsBefore);
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
