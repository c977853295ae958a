package org.ptilmpq.kernels;

import java.util.Set;
import org.ptilmpq.kernels.scalar.ScalarKernels;
import org.ptilmpq.kernels.vector.Lanes;
import org.ptilmpq.kernels.vector.LookUp;
import org.ptilmpq.kernels.vector.VectorKernels;

/** The one place that chooses a kernel set, and says why. */
public final class KernelProvider {

  /** {@code -Dptilmpq.simd=off} asks for the scalar kernels. */
  public static final String SIMD_PROPERTY = "ptilmpq.simd";

  /** {@code -Dptilmpq.vector.bits=128|256|512} asks for vectors narrower than the machine's own. */
  public static final String VECTOR_BITS_PROPERTY = "ptilmpq.vector.bits";

  /** {@code -Dptilmpq.lookup=off} asks for products in lanes alone. */
  public static final String LOOK_UP_PROPERTY = "ptilmpq.lookup";

  private static final String MODULE = "jdk.incubator.vector";

  private KernelProvider() {}

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
    String simd = System.getProperty(SIMD_PROPERTY, "on");
    if (!simd.equals("on") && !simd.equals("off")) {
      throw new IllegalArgumentException("-D" + SIMD_PROPERTY + " is '" + simd + "'; it can be on or off");
    }
    String bits = System.getProperty(VECTOR_BITS_PROPERTY);
    if (bits != null && !Set.of("128", "256", "512").contains(bits)) {
      throw new IllegalArgumentException(
          "-D" + VECTOR_BITS_PROPERTY + " is '" + bits + "'; it can be 128, 256 or 512");
    }
    String lookUp = System.getProperty(LOOK_UP_PROPERTY, "on");
    if (!lookUp.equals("on") && !lookUp.equals("off")) {
      throw new IllegalArgumentException("-D" + LOOK_UP_PROPERTY + " is '" + lookUp + "'; it can be on or off");
    }
    if (simd.equals("off")) {
      return new Choice(new ScalarKernels(), "-D" + SIMD_PROPERTY + "=off asks for scalar kernels");
    }
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return new Choice(
          new ScalarKernels(), "the Vector API is not loaded; start Java with --add-modules " + MODULE);
    }
    return new Choice(new VectorKernels(lookUp.equals("on") ? LookUp.WHERE_FASTER : LookUp.NOWHERE), Lanes.reason());
  }
}
