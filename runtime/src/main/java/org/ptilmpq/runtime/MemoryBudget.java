package org.ptilmpq.runtime;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.format.Weights;
import org.ptilmpq.kernels.ScratchSize;

/**
 * The process memory that a session needs, in bytes, part by part; known from shapes and sizes alone, before a kernel
 * is prepared or the arena allocated.
 *
 * @param file a packed file, mapped, all of it: checksums and kernels read every page once; 0 for a compressed one
 * @param decoded weights of a compressed file in the packed form that kernels read; 0 for a packed one
 * @param decoding a compressed file, mapped, and working memory while its layers are decoded: before there is an arena,
 *     a picture or a kernel's table
 * @param arena every activation
 * @param scratchPerThread working memory and stack of one thread, native parts included
 * @param threads how many threads compute
 * @param picture to decode and resize one of 640 × 480 pixels; larger ones use what the cap leaves, see
 *     {@link Session#pictureBytes}
 * @param metadata the model's records, scales, sums and labels on the Java heap, and levels of depthwise layers
 * @param baseline the Java virtual machine with this library and the program around it
 * @param nativeShare the part outside of the Java heap, and the tables that kernels have there
 */
public record MemoryBudget(
    long file,
    long decoded,
    long decoding,
    long arena,
    long scratchPerThread,
    int threads,
    long picture,
    long metadata,
    long baseline,
    NativeShare nativeShare) {

  /** Touched part of a thread's stack, and the virtual machine's records of it. */
  private static final long STACK = 128 * 1024;

  /**
   * Heap for each output channel: scale, bias, packed position, and in the kernel its sum, multiplier and offset, some
   * of them padded to whole vectors.
   */
  private static final long PER_CHANNEL = 64;

  /** Heap for each tensor, operation, channel group or label: a few small objects. */
  private static final long PER_RECORD = 512;

  /**
   * The part of the Java heap that counts as usable. The rest is room for young objects, and for the collector to move
   * live ones; the largest array has to fit into the old generation, which is two thirds.
   */
  private static final double USABLE_HEAP = 0.6;

  /**
   * The longest array that virtual machines allow, a few header words below the largest index; native arenas have the
   * same limit.
   */
  private static final long LARGEST_ARENA = Integer.MAX_VALUE - 8;

  static MemoryBudget of(
      PqModel model,
      MemoryPlan plan,
      SessionPlan.KernelMemory kernels,
      SessionOptions options,
      WeightBytes weights,
      long picture) {
    int threads = options.threads();
    ScratchSize scratch = kernels.scratch();
    return new MemoryBudget(
        weights.file(),
        weights.decoded(),
        weights.decodingOn(threads),
        plan.arenaBytes(),
        scratch.total() + STACK,
        threads,
        picture,
        metadataBytes(model),
        options.reserved() + JavaMemory.bytes(weights, kernels.nativeTensors(), threads),
        new NativeShare(
            kernels.nativeTensors(), scratch.nativeBytes(), kernels.prepared(), weights.nativeDecodingOn(threads)));
  }

  /** The weights, wherever they are: in the mapped file and decoded. */
  public long weights() {
    return file + decoded;
  }

  /** Working memory of all threads. */
  public long scratch() {
    return scratchPerThread * threads;
  }

  /** All parts together. */
  public long total() {
    return weights() + arena + scratch() + picture + metadata + nativeShare.kernelTables() + baseline + decodingAlone();
  }

  /** The part that is on the Java heap and lives as long as the session, or a picture, or while layers are decoded. */
  public long heap() {
    long scratchOnHeap = scratch() - nativeShare.scratchPerThread() * threads;
    long decodingOnHeap = Math.max(0, decoding - nativeShare.decoding() - arenaOnHeap() - picture);
    return arenaOnHeap() + scratchOnHeap + picture + metadata + decodingOnHeap;
  }

  /** The part that kernels have outside of the Java heap: arena, scratch and tables of machine code. */
  public long nativeBytes() {
    return arena - arenaOnHeap() + nativeShare.scratchPerThread() * threads + nativeShare.kernelTables();
  }

  private long arenaOnHeap() {
    return nativeShare.arena() ? 0 : arena;
  }

  /** The memory that decoding takes beyond that of the later parts, which reuse its room. */
  private long decodingAlone() {
    return Math.max(0, decoding - arena - picture - nativeShare.kernelTables());
  }

  /** Whether a cap, if there is one, is enough. */
  boolean fits(OptionalLong cap) {
    return cap.isEmpty() || total() <= cap.getAsLong();
  }

  /**
   * Checks the budget against a cap and the Java heap.
   *
   * @param cap for the whole process
   * @param maxHeap the virtual machine's largest heap
   */
  void check(String model, OptionalLong cap, long maxHeap) throws MemoryCapException {
    if (arena > LARGEST_ARENA) {
      String message =
          "%s needs an arena of %s MB; the largest possible has %s MB."
              .formatted(model, megabytes(arena), megabytes(LARGEST_ARENA));
      throw new MemoryCapException(message, arena, LARGEST_ARENA);
    }
    if (!fits(cap)) {
      throw new MemoryCapException(overCap(model, cap.getAsLong()), total(), cap.getAsLong());
    }
    long usable = usable(maxHeap);
    if (heap() > usable) {
      throw new MemoryCapException(overHeap(model, maxHeap), heap(), usable);
    }
  }

  /** Bytes that a picture may take while it is decoded and resized: what the cap and the heap leave. */
  long pictureAllowance(OptionalLong cap, long maxHeap) {
    long ofHeap = usable(maxHeap) - heap() + picture;
    return cap.isPresent() ? Math.min(ofHeap, cap.getAsLong() - total() + picture) : ofHeap;
  }

  /** One line: "81.3 MB: Java 80.0, weights 0.3, …", greatest part first, in units of 10⁶ bytes. */
  @Override
  public String toString() {
    return "%s MB: %s".formatted(megabytes(total()), parts());
  }

  private String parts() {
    Map<String, Long> parts = new LinkedHashMap<>();
    parts.put("Java itself", baseline);
    parts.put(decoded == 0 ? "weights" : "weights decoded", weights());
    parts.put("arena", arena);
    parts.put("scratch of " + threads + (threads == 1 ? " thread" : " threads"), scratch());
    parts.put("picture", picture);
    parts.put("model records", metadata);
    if (nativeShare.kernelTables() > 0) {
      parts.put("kernel tables", nativeShare.kernelTables());
    }
    if (decodingAlone() > 0) {
      parts.put("decoding, beyond arena and picture", decodingAlone());
    }
    return parts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(part -> part.getKey() + " " + megabytes(part.getValue()))
        .collect(Collectors.joining(", "));
  }

  private String overCap(String model, long cap) {
    return "%s needs %s; the memory cap is %s MB. %s".formatted(model, this, megabytes(cap), remedy(cap));
  }

  /** Says what would make it fit: no decoding if that is enough, a larger cap in any case. */
  private String remedy(long cap) {
    String larger = "a cap of %s MB or more".formatted(megabytes(total()));
    long packed = total() - decodingAlone();
    return packed <= cap
        ? "It fits as a packed file (repack --storage packed), or with " + larger + "."
        : "It fits with " + larger + ".";
  }

  private String overHeap(String model, long maxHeap) {
    long wanted = (long) Math.ceil(heap() / USABLE_HEAP / (1 << 20)) + 1;
    return "%s needs %s MB of Java heap (%s), and of a heap of %s MB only %s count as usable. Start Java with -Xmx%dm."
        .formatted(model, megabytes(heap()), parts(), megabytes(maxHeap), megabytes(usable(maxHeap)), wanted);
  }

  private static long usable(long maxHeap) {
    return (long) (maxHeap * USABLE_HEAP);
  }

  /** Rounds up, so that the size that a message requests is enough. */
  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f", Math.ceil(bytes / 1e5) / 10);
  }

  private static long metadataBytes(PqModel model) {
    long channels = 0;
    long levels = 0;
    long records = model.tensors().size() + model.operations().size();
    for (Operation.Convolution convolution : model.convolutions()) {
      Weights weights = convolution.weights();
      channels += weights.channels();
      records += weights.groups().size();
      // A kernel may unpack the weights of a depthwise layer for good, one channel's for each.
      levels += convolution.isDepthwise(model) ? (long) weights.inputs() * weights.channels() : 0;
    }
    long text = 0;
    for (String label : model.labels()) {
      text += PER_RECORD / 4 + 2L * label.length();
    }
    for (Tensor tensor : model.tensors()) {
      text += 2L * tensor.name().length();
    }
    return channels * PER_CHANNEL + levels * Float.BYTES + records * PER_RECORD + text;
  }

  /**
   * The parts of a {@link MemoryBudget} that kernels of machine code keep outside of the Java heap. Weights are never
   * on that heap.
   *
   * @param arena whether the activations are native
   * @param scratchPerThread native bytes of one thread's working memory
   * @param kernelTables bytes that kernels make of the weights when a model is opened
   * @param decoding native bytes that decoding takes
   */
  public record NativeShare(boolean arena, long scratchPerThread, long kernelTables, long decoding) {

    /** The share of kernels in Java. */
    public static final NativeShare NONE = new NativeShare(false, 0, 0, 0);
  }
}
