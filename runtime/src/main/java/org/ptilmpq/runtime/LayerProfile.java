package org.ptilmpq.runtime;

/**
 * The costs of one layer.
 *
 * @param name the layer's name in the network
 * @param kind of operation, {@link org.ptilmpq.format.Operation#kind}: "convolution 3×3", "addition" and so on
 * @param shape of the first input and of the output, human-readable: "56×56×64 → 56×56×256"
 * @param method how its kernel computes, see {@link org.ptilmpq.kernels.Kernel#method}
 * @param shared whether all threads compute it together; the caller computes small layers alone
 * @param macs multiply-accumulates per inference; 0 for layers without weights
 * @param averageBits planes that a kernel reads per weight on average, those of sparse tails included; 0 without
 *     weights
 * @param weightBytes packed codes and tails
 * @param activationBytes read and written in the arena
 * @param runs how many were timed; 0 when profiling is off
 * @param nanos time of all these runs together
 */
public record LayerProfile(
    String name,
    String kind,
    String shape,
    String method,
    boolean shared,
    long macs,
    double averageBits,
    long weightBytes,
    long activationBytes,
    long runs,
    long nanos) {

  /** Mean time of a run in milliseconds, 0 when none was timed. */
  public double meanMillis() {
    return runs == 0 ? 0 : nanos / 1e6 / runs;
  }
}
