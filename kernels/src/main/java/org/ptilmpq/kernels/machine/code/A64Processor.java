package org.ptilmpq.kernels.machine.code;

/**
 * What an AArch64 processor can do beyond NEON, which all have, as Linux says: its word counts, since a program may
 * not ask the processor itself.
 *
 * @param dotProducts whether it has SDOT (FEAT_DotProd): Cortex-A55 and A76 on, not A53, A57 and A72
 */
public record A64Processor(boolean dotProducts) {

  /** Bit of {@link NativeCalls#AT_HWCAP}: HWCAP_ASIMDDP. */
  private static final int ASIMDDP = 20;

  /** Asks about the processor that this runs on. */
  public static A64Processor detect() {
    return new A64Processor((NativeCalls.getauxval(NativeCalls.AT_HWCAP) >>> ASIMDDP & 1) != 0);
  }
}
