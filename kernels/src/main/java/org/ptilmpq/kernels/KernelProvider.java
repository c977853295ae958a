package org.ptilmpq.kernels;

import java.util.Optional;
import java.util.Set;
import org.ptilmpq.kernels.scalar.ScalarKernels;
import org.ptilmpq.kernels.vector.CostMeasurement;
import org.ptilmpq.kernels.vector.Lanes;
import org.ptilmpq.kernels.vector.Products;
import org.ptilmpq.kernels.vector.VectorKernels;

/** The one place that chooses a kernel set, and says why. */
public final class KernelProvider {

  /** {@code -Dptilmpq.simd=off} asks for the scalar kernels. */
  public static final String SIMD_PROPERTY = "ptilmpq.simd";

  /** {@code -Dptilmpq.vector.bits=128|256|512} asks for vectors narrower than the machine's own. */
  public static final String VECTOR_BITS_PROPERTY = "ptilmpq.vector.bits";

  /**
   * {@code -Dptilmpq.products=NAME} asks for one exact product of convolutions where several give the same sums: {@code
   * fastest} of each layer, the default; the faster of those that multiply, {@code lanes}; {@code look-up}, {@code 16-bit}
   * or {@code fp32} wherever it is possible.
   */
  public static final String PRODUCTS_PROPERTY = "ptilmpq.products";

  private static final Set<String> PRODUCTS = Set.of("fastest", "lanes", "look-up", "16-bit", "fp32");

  private static final String MODULE = "jdk.incubator.vector";

  private KernelProvider() {}

  /**
   * Measures what kernel steps take on this machine, in some seconds: for {@link #choose(Optional)}.
   *
   * @throws IllegalStateException when the Vector API isn't loaded, whose kernels alone have such costs
   */
  public static KernelCosts measureCosts() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      throw new IllegalStateException("the Vector API is not loaded; start Java with --add-modules " + MODULE);
    }
    return CostMeasurement.measure();
  }

  /**
   * A choice and its reason.
   *
   * @param kernels the set to use
   * @param reason one sentence for logs and {@code inspect}
   */
  public record Choice(KernelSet kernels, String reason) {}

  /**
   * The best set for this virtual machine and its system properties.
   *
   * @throws IllegalArgumentException when a property has a value that it can't have
   */
  public static Choice choose() {
    return choose(Optional.empty());
  }

  /**
   * The same with costs of its steps that were measured; those of vectors of another width than the one in use are of no
   * use, and left aside.
   *
   * @throws IllegalArgumentException when a property has a value that it can't have
   */
  public static Choice choose(Optional<KernelCosts> measured) {
    return choose(measured, TileSizes.STANDARD);
  }

  /**
   * The same with tiles that suit the machine's caches; the scalar kernels have none.
   *
   * @throws IllegalArgumentException when a property has a value that it can't have
   */
  public static Choice choose(Optional<KernelCosts> measured, TileSizes tiles) {
    String simd = System.getProperty(SIMD_PROPERTY, "on");
    if (!simd.equals("on") && !simd.equals("off")) {
      throw new IllegalArgumentException("-D" + SIMD_PROPERTY + " is '" + simd + "'; it can be on or off");
    }
    String bits = System.getProperty(VECTOR_BITS_PROPERTY);
    if (bits != null && !Set.of("128", "256", "512").contains(bits)) {
      throw new IllegalArgumentException(
          "-D" + VECTOR_BITS_PROPERTY + " is '" + bits + "'; it can be 128, 256 or 512");
    }
    String products = System.getProperty(PRODUCTS_PROPERTY, "fastest");
    if (!PRODUCTS.contains(products)) {
      throw new IllegalArgumentException(
          "-D" + PRODUCTS_PROPERTY + " is '" + products + "'; it can be fastest, lanes, look-up, 16-bit or fp32");
    }
    if (simd.equals("off")) {
      return new Choice(new ScalarKernels(), "-D" + SIMD_PROPERTY + "=off asks for scalar kernels");
    }
    if (!"vector".equals(System.getProperty("ptilmpq.kernels"))) {
      var machine = org.ptilmpq.kernels.machine.MachineKernels.choose();
      if (machine.kernels() != null) {
        return new Choice(machine.kernels(), machine.reason());
      }
    }
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return new Choice(
          new ScalarKernels(), "the Vector API is not loaded; start Java with --add-modules " + MODULE);
    }
    KernelCosts costs =
        measured.filter(of -> of.bits() == Lanes.bits()).orElseGet(() -> KernelCosts.standard(Lanes.bits()));
    return new Choice(new VectorKernels(Products.named(products), costs, tiles), Lanes.reason());
  }
}
