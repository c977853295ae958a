package org.ptilmpq.bench;

import java.util.Map;
import java.util.TreeMap;
import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.KernelSet;

/** Kernel sets as {@link KernelProvider} chooses them under given properties, which are put back afterwards. */
final class ChosenKernels {

  /** The instruction set that machine code runs in by default: the machine's best, or the one the property says. */
  static final String BEST = "best";

  private ChosenKernels() {}

  /**
   * @param kind {@code machine}, {@code vector} or {@code scalar}
   * @param machine instruction set, as {@link KernelProvider#MACHINE_PROPERTY} calls it, or {@link #BEST}
   * @param products of the vector kernels, as {@link KernelProvider#PRODUCTS_PROPERTY} calls them
   * @return for the caller to close
   * @throws IllegalArgumentException when this machine hasn't that kind or instruction set: figures under a wrong name
   *     are worse than none
   */
  static KernelSet of(String kind, String machine, String products) {
    Map<String, String> properties = new TreeMap<>();
    properties.put(KernelProvider.KERNELS_PROPERTY, kind);
    properties.put(KernelProvider.PRODUCTS_PROPERTY, products);
    if (!machine.equals(BEST)) {
      properties.put(KernelProvider.MACHINE_PROPERTY, machine);
    }
    Map<String, String> before = new TreeMap<>();
    for (String property : properties.keySet()) {
      String value = System.getProperty(property);
      if (value != null) {
        before.put(property, value);
      }
    }
    System.getProperties().putAll(properties);
    try {
      KernelSet.Choice choice = KernelProvider.choose();
      if (!choice.kernels().name().startsWith(kind)) {
        throw new IllegalArgumentException(
            "asked for " + kind + " kernels, got " + choice.kernels().name() + ": " + choice.reason());
      }
      return choice.kernels();
    } finally {
      System.getProperties().keySet().removeAll(properties.keySet());
      System.getProperties().putAll(before);
    }
  }

  /** Machine code in an instruction set. */
  static KernelSet machine(String name) {
    return of("machine", name, "fp32");
  }

  /** Vector kernels with a product. */
  static KernelSet vector(String products) {
    return of("vector", BEST, products);
  }
}
