package org.ptilmpq.kernels;

/** The one place that chooses a kernel set, and says why. */
public final class KernelProvider {

  /** {@code -Dptilmpq.simd=off} asks for the scalar kernels. */
  public static final String SIMD_PROPERTY = "ptilmpq.simd";

  /** {@code -Dptilmpq.vector.bits=128|256|512} asks for vectors narrower than the machine's own. */
  public static final String VECTOR_BITS_PROPERTY = "ptilmpq.vector.bits";

  private KernelProvider() {}

  /**
   * A choice and its reason.
   *
   * @param kernels the set to use
   * @param reason one sentence for logs and {@code inspect}
   */
  public record Choice(KernelSet kernels, String reason) {}
}
