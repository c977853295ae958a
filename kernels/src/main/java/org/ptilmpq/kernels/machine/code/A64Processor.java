package org.ptilmpq.kernels.machine.code;

/**
 * The features of an AArch64 processor beyond NEON, which all have. Linux reports them, since a program may not ask the
 * processor itself.
 *
 * @param dotProducts whether it has SDOT (FEAT_DotProd): Cortex-A55 and A76 on, not A53, A57 and A72
 */
public record A64Processor(boolean dotProducts) {

  /** Bit of {@link NativeCalls#AT_HWCAP}: HWCAP_ASIMDDP. */
  private static final int ASIMDDP = 20;

  /** Detects the features of the processor that this runs on. */
  public static A64Processor detect() {
    return new A64Processor((NativeCalls.getauxval(NativeCalls.AT_HWCAP) >>> ASIMDDP & 1) != 0);
  }
}
