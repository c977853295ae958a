package org.ptilmpq.runtime;

import java.util.Optional;
import java.util.OptionalLong;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.TileSizes;
import org.ptilmpq.profiles.DeviceProfile;
import org.ptilmpq.profiles.MachineDetection;
import org.ptilmpq.runtime.image.DecodeLimits;

/**
 * How a {@link Session} runs. Immutable: every {@code with…} gives a changed copy.
 *
 * <pre>{@code
 * SessionOptions options = SessionOptions.defaults().withThreads(2).withMemoryCap(96_000_000);
 * }</pre>
 */
public final class SessionOptions {

  /** More threads than any supported board has cores. */
  public static final int MAX_THREADS = 256;

  private static final SessionOptions DEFAULTS =
      new SessionOptions(
          Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()),
          OptionalLong.empty(),
          false,
          Optional.empty(),
          TileSizes.STANDARD,
          DecodeLimits.DEFAULT,
          0,
          Optional.empty());

  private final int threads;
  private final OptionalLong memoryCap;
  private final boolean profiling;
  private final Optional<KernelSet> kernels;
  private final TileSizes tileSizes;
  private final DecodeLimits decodeLimits;
  private final long reserved;
  private final Optional<Preprocessing> preprocessing;

  private SessionOptions(
      int threads,
      OptionalLong memoryCap,
      boolean profiling,
      Optional<KernelSet> kernels,
      TileSizes tileSizes,
      DecodeLimits decodeLimits,
      long reserved,
      Optional<Preprocessing> preprocessing) {
    this.threads = threads;
    this.memoryCap = memoryCap;
    this.profiling = profiling;
    this.kernels = kernels;
    this.tileSizes = tileSizes;
    this.decodeLimits = decodeLimits;
    this.reserved = reserved;
    this.preprocessing = preprocessing;
  }

  /** A thread for each processor, no memory cap, no profiling, and the kernels that suit this machine best. */
  public static SessionOptions defaults() {
    return DEFAULTS;
  }

  /**
   * @param threads threads that compute, the caller's own included: 1…{@link #MAX_THREADS}. Under a memory cap there
   *     may be fewer: {@link MemoryBudget#threads}
   */
  public SessionOptions withThreads(int threads) {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException("threads must be 1…" + MAX_THREADS + ", not " + threads);
    }
    return new SessionOptions(threads, memoryCap, profiling, kernels, tileSizes, decodeLimits, reserved, preprocessing);
  }

  /**
   * @param bytes what the whole process may need, positive. A model that needs more is computed by fewer threads, as
   *     many as fit; one that needs more even on one thread gives {@link MemoryCapException}
   */
  public SessionOptions withMemoryCap(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("a memory cap is at least 1 byte, not " + bytes);
    }
    return new SessionOptions(
        threads, OptionalLong.of(bytes), profiling, kernels, tileSizes, decodeLimits, reserved, preprocessing);
  }

  /** Whether {@link Session#profile} has times; they cost one reading of the clock per layer. */
  public SessionOptions withProfiling(boolean profiling) {
    return new SessionOptions(threads, memoryCap, profiling, kernels, tileSizes, decodeLimits, reserved, preprocessing);
  }

  /** Uses these kernels instead of the provider's choice: to compare kernel sets, or to find the one at fault. */
  public SessionOptions withKernels(KernelSet kernels) {
    return new SessionOptions(
        threads, memoryCap, profiling, Optional.of(kernels), tileSizes, decodeLimits, reserved, preprocessing);
  }

  /** Limits what a picture may cost; the smaller of these limits and of what the memory cap leaves applies. */
  public SessionOptions withDecodeLimits(DecodeLimits limits) {
    return new SessionOptions(threads, memoryCap, profiling, kernels, tileSizes, limits, reserved, preprocessing);
  }

  /**
   * Reserves what the program around the session will take of the memory cap, beyond what the process has when its
   * first session is opened.
   *
   * @param bytes at least 0
   */
  public SessionOptions withReserved(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("what is reserved can't be " + bytes + " bytes");
    }
    return new SessionOptions(threads, memoryCap, profiling, kernels, tileSizes, decodeLimits, bytes, preprocessing);
  }

  /**
   * Prepares pictures otherwise than the model's file says.
   *
   * @param preprocessing in place of the model's. Opening a model throws an {@link IllegalArgumentException} when the
   *     model's input can't be filled so
   */
  public SessionOptions withPreprocessing(Preprocessing preprocessing) {
    Optional<Preprocessing> other = Optional.of(preprocessing);
    return new SessionOptions(threads, memoryCap, profiling, kernels, tileSizes, decodeLimits, reserved, other);
  }

  /**
   * Sets tiles that suit the machine's caches; results are the same to the bit with any tiles, scratch memory isn't.
   */
  public SessionOptions withTileSizes(TileSizes tiles) {
    return new SessionOptions(threads, memoryCap, profiling, kernels, tiles, decodeLimits, reserved, preprocessing);
  }

  /**
   * Sets the threads, memory cap and tile sizes that a profile recommends for its board, as far as the machine has
   * them.
   */
  public SessionOptions withProfile(DeviceProfile profile) {
    return withProfile(ProfileSettings.of(profile, MachineDetection.detect()));
  }

  /** Applies the settings of a profile on some machine. */
  public SessionOptions withProfile(ProfileSettings settings) {
    SessionOptions options = withThreads(settings.threads()).withTileSizes(settings.tiles());
    return settings.memoryCap().isPresent() ? options.withMemoryCap(settings.memoryCap().getAsLong()) : options;
  }

  /** Threads that compute, the caller's own included. */
  public int threads() {
    return threads;
  }

  /** The cap on the memory of the whole process, in bytes, or empty. */
  public OptionalLong memoryCap() {
    return memoryCap;
  }

  public boolean profiling() {
    return profiling;
  }

  /** The kernels to use; empty: the provider chooses. */
  public Optional<KernelSet> kernels() {
    return kernels;
  }

  /** The sizes of the pieces in which a layer is computed. */
  public TileSizes tileSizes() {
    return tileSizes;
  }

  /** The limits on what a picture may cost. */
  public DecodeLimits decodeLimits() {
    return decodeLimits;
  }

  /** The memory that the program around the session will take of the memory cap, in bytes. */
  public long reserved() {
    return reserved;
  }

  /** The preprocessing in place of the model's own; empty: that of the model. */
  public Optional<Preprocessing> preprocessing() {
    return preprocessing;
  }
}
