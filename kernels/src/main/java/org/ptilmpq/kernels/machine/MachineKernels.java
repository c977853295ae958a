package org.ptilmpq.kernels.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.LevelDecoder;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.arithmetic.AffineBytes;
import org.ptilmpq.kernels.arithmetic.LevelSums;
import org.ptilmpq.kernels.machine.CodeCache.CodeKey;
import org.ptilmpq.kernels.machine.code.ExecutableCode.ForbiddenException;
import org.ptilmpq.kernels.machine.code.Label;
import org.ptilmpq.kernels.machine.code.NativeCalls;
import org.ptilmpq.kernels.scalar.CopyKernels;

/**
 * Kernels as machine code, written to fit a layer when it is prepared: they run at full speed from the first call on.
 * Layers of the same shape share their code; what differs is in their {@link Context}.
 */
public final class MachineKernels implements KernelSet {

  /** The system property that names the instruction set. */
  public static final String PROPERTY = "ptilmpq.machine";

  /** Steps that {@link #limit} does at a time: some hundred microseconds. */
  private static final int LIMIT_STEPS = 20_000;

  private final Target target;
  private final CodeCache codes = new CodeCache();
  private final LevelFunctions levelFunctions;

  MachineKernels(Target target) {
    this.target = target;
    levelFunctions = new LevelFunctions(target, codes);
  }

  /** Returns the kernels of each instruction set of this machine, the best ones first; the caller closes them. */
  public static List<MachineKernels> ofThisMachine() {
    return Target.ofThisMachine().stream().map(MachineKernels::new).toList();
  }

  /**
   * Returns the best kernels that this machine and the virtual machine's settings allow, or none, and why: one sentence
   * without its full stop.
   *
   * @throws IllegalArgumentException when {@link #PROPERTY} names something that this machine doesn't have
   */
  public static Choice choose() {
    if (!MachineKernels.class.getModule().isNativeAccessEnabled()) {
      return new Choice(null, "native access is off; start Java with --enable-native-access=ALL-UNNAMED");
    }
    List<Target> targets;
    try {
      targets = Target.ofThisMachine();
    } catch (ForbiddenException e) {
      return new Choice(null, "the system forbids machine code: " + e.getMessage());
    }
    List<String> labels = new ArrayList<>();
    for (Target target : targets) {
      labels.add(target.label());
    }
    String names = String.join(", ", labels);
    if (targets.isEmpty()) {
      String machine = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
      return new Choice(null, "there is none for this machine, " + machine + ": it takes Linux with AVX2 or aarch64");
    }
    String asked = System.getProperty(PROPERTY);
    String property = "-D" + PROPERTY;
    if (asked == null) {
      return new Choice(new MachineKernels(targets.getFirst()), "this machine has " + names);
    }
    for (Target target : targets) {
      if (target.label().equals(asked)) {
        return new Choice(new MachineKernels(target), property + "=" + asked + " asks for them");
      }
    }
    throw new IllegalArgumentException(property + " is '" + asked + "'; this machine has " + names);
  }

  @Override
  public String name() {
    return "machine code, " + target.label();
  }

  @Override
  public boolean usesNativeMemory() {
    return true;
  }

  @Override
  public ScratchSize scratch(KernelSpec spec) {
    return ScratchSize.ofNative(Math.toIntExact(scratchBytes(spec)));
  }

  private long scratchBytes(KernelSpec spec) {
    return switch (spec) {
      case KernelSpec.Convolution convolution when convolution.isDepthwise() -> depthwise(convolution).scratchBytes();
      case KernelSpec.Convolution convolution -> convolution(convolution).scratchBytes();
      case KernelSpec.MaxPooling pooling ->
          strip(pooling.input(), pooling.output(), pooling.window(), 1).scratchBytes();
      case KernelSpec.AveragePooling pooling ->
          strip(pooling.input(), pooling.output(), pooling.window(), 1).scratchBytes();
      case KernelSpec.Addition _, KernelSpec.Rescale _ -> Frame.STRIP;
      case KernelSpec.Slice _, KernelSpec.Padding _ -> 0;
    };
  }

  @Override
  public long preparedBytes(KernelSpec spec) {
    return spec instanceof KernelSpec.Convolution convolution ? tableBytes(convolution) : Context.BYTES;
  }

  private long tableBytes(KernelSpec.Convolution spec) {
    if (spec.isDepthwise()) {
      return DepthwiseTables.bytes(spec, target.narrow().emitter());
    }
    ProductCode products = target.productsOf(spec);
    return ConvolutionTables.bytes(spec, shape(spec, products), products);
  }

  @Override
  public Kernel prepare(KernelSpec spec) {
    return switch (spec) {
      case KernelSpec.Convolution convolution when convolution.isDepthwise() -> prepareDepthwise(convolution);
      case KernelSpec.Convolution convolution -> prepareConvolution(convolution);
      case KernelSpec.Addition addition -> prepareElementwise(AffineBytes.of(addition));
      case KernelSpec.Rescale rescale -> prepareElementwise(AffineBytes.of(rescale));
      case KernelSpec.MaxPooling pooling -> prepareMax(pooling);
      case KernelSpec.AveragePooling pooling -> prepareMean(pooling);
      case KernelSpec.Slice slice -> new CopyKernels.Slice(slice);
      case KernelSpec.Padding padding -> new CopyKernels.Padding(padding);
    };
  }

  // ---- convolutions

  private static ConvolutionShape shape(KernelSpec.Convolution spec, ProductCode products) {
    return ConvolutionShape.of(spec, products.stepInputs(), products.mostPixels());
  }

  private MachineKernel.Work convolution(KernelSpec.Convolution spec) {
    ProductCode products = target.productsOf(spec);
    ConvolutionShape shape = shape(spec, products);
    long panel = (long) shape.allSteps() * products.stepInputs() * PackedWeights.BLOCK;
    return work(spec, shape.stripRows(), spec.weights().blocks().size(), ConvolutionCode.panel(shape) + panel);
  }

  private static MachineKernel.Work work(KernelSpec.Convolution spec, int stripRows, int blocks, long scratch) {
    long arena = end(spec.input());
    if (spec.residual() != null) {
      arena = Math.max(arena, end(spec.residual()));
    }
    int scores = spec.floatScores() ? spec.output().elements() : 0;
    arena = spec.floatScores() ? arena : Math.max(arena, end(spec.output()));
    return new MachineKernel.Work(spec.output().height(), stripRows, blocks, arena, scores, scratch + Frame.SLACK);
  }

  private static long end(TensorView view) {
    return (long) view.offset() + view.elements();
  }

  private Kernel prepareConvolution(KernelSpec.Convolution spec) {
    ProductCode products = target.productsOf(spec);
    ConvolutionShape shape = shape(spec, products);
    MachineKernel.Work work = convolution(spec);
    Arena arena = Arena.ofShared();
    try {
      ConvolutionTables tables = new ConvolutionTables(spec, levelSums(spec.weights()), shape, products);
      MemorySegment context = tables.write(arena, block -> unpacking(products.unpackingKind(block)));
      if (!products.runKinds().isEmpty()) {
        findRuns(spec, shape, context, work);
      }
      ConvolutionCode.Traits traits = tables.traits(context);
      // How rows are cut into strips depends on the number of blocks, which nothing else in the key tells.
      CodeKey key =
          key("convolution", spec, traits).and(products.emitter().columnLanes()).and(shape.stripRows());
      MachineKernel.Code code =
          code(key, () -> target.productsOf(spec), p -> new ConvolutionCode(spec, shape, traits, p).emit());
      return new MachineKernel(target.label(), code, work, arena, context);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  private int[] levelSums(PackedWeights weights) {
    boolean isNative = weights.codes().isNative() && weights.tails().isNative();
    if (!isNative) {
      return LevelSums.of(weights);
    }
    try (Arena arena = Arena.ofConfined()) {
      return LevelSums.of(weights, new PlaneCountCode(levelFunctions::planeCounts, arena));
    }
  }

  /** The address of the subroutine for blocks of a kind. */
  private long unpacking(int kind) {
    CodeKey key = new CodeKey("unpacking").and(kind);
    return code(key, p -> p.emitUnpacking(kind)).address().address();
  }

  private void findRuns(
      KernelSpec.Convolution spec, ConvolutionShape shape, MemorySegment context, MachineKernel.Work work) {
    CodeKey key =
        new CodeKey("runs")
            .and(shape.outer())
            .and(shape.inner())
            .and(shape.steps())
            .and(ConvolutionCode.panel(shape));
    MachineKernel.Code runs = code(key, () -> target.productsOf(spec), p -> p.emitRuns(shape));
    try (Scratch scratch = new Scratch(ScratchSize.ofNative(Math.toIntExact(work.scratchBytes())))) {
      long blocks = (long) spec.weights().blocks().size() << 32;
      NativeCalls.invoke(runs.address(), context.address(), 0, 0, 0, blocks, scratch.nativeMemory().address());
    }
  }

  private static CodeKey key(String kind, KernelSpec.Convolution spec, ConvolutionCode.Traits traits) {
    return new CodeKey(kind)
        .and(spec.input())
        .and(spec.output())
        .and(spec.window())
        .and(spec.groups())
        .and(spec.residual() == null)
        .and(spec.floatScores())
        .and(spec.low() > Byte.MIN_VALUE)
        .and(spec.high() < Byte.MAX_VALUE)
        .and(traits.haveHighs())
        .and(traits.runs())
        .and(traits.mayExceedInts())
        .and(traits.isScattered())
        .and(traits.counts());
  }

  private MachineKernel.Work depthwise(KernelSpec.Convolution spec) {
    Emitter emitter = target.narrow().emitter();
    WindowStrip strip = DepthwiseCode.strip(spec);
    KernelSpec.Window w = spec.window();
    int extra = Math.max(0, (w.kernelHeight() - 1) * w.dilationY() + 1 - w.strideY());
    int tileRows = DepthwiseCode.tile(spec, emitter).rows();
    int rows =
        WindowStrip.outputRows(
            spec.output().height(), strip.rowPitch(), w.strideY(), extra, tileRows, spec.output().width(), 1);
    return work(spec, rows, 1, Frame.STRIP + (long) (rows * w.strideY() + extra) * strip.rowPitch());
  }

  private Kernel prepareDepthwise(KernelSpec.Convolution spec) {
    Emitter emitter = target.narrow().emitter();
    DepthwiseTables tables = new DepthwiseTables(spec, levelSums(spec.weights()), emitter);
    ConvolutionCode.Traits traits = tables.traits();
    CodeKey key = key("depthwise", spec, traits);
    MachineKernel.Code code = code(key, p -> new DepthwiseCode(spec, traits, p.emitter()).emit());
    return kernel("depthwise", code, depthwise(spec), tables::write);
  }

  // ---- everything else

  private Kernel prepareElementwise(AffineBytes affine) {
    TensorView output = affine.output();
    boolean hasRight = affine.right() != null;
    CodeKey key = new CodeKey("elementwise").and(affine.left()).and(output).and(!hasRight);
    MachineKernel.Code code = code(key, p -> ElementwiseCode.emit(p.emitter(), output, hasRight));
    long end = Math.max(end(affine.left()), end(output));
    end = hasRight ? Math.max(end, end(affine.right())) : end;
    int strips = Math.min(output.height(), 8);
    int rows = Math.ceilDiv(output.height(), strips);
    MachineKernel.Work work = new MachineKernel.Work(output.height(), rows, 1, end, 0, Frame.STRIP);
    return kernel("elementwise", code, work, arena -> ResultTable.write(arena, affine));
  }

  private static MachineKernel.Work strip(TensorView input, TensorView output, KernelSpec.Window w, int tileRows) {
    WindowStrip strip = WindowStrip.of(input, w, output, 1);
    int extra = Math.max(0, w.kernelHeight() - w.strideY());
    int rows =
        WindowStrip.outputRows(
            output.height(), strip.rowPitch(), w.strideY(), extra, tileRows, output.width(), 1);
    long scratch = Frame.STRIP + (long) (rows * w.strideY() + extra) * strip.rowPitch() + Frame.SLACK;
    return new MachineKernel.Work(output.height(), rows, 1, Math.max(end(input), end(output)), 0, scratch);
  }

  private Kernel prepareMax(KernelSpec.MaxPooling spec) {
    CodeKey key = new CodeKey("max").and(spec.window()).and(spec.input()).and(spec.output());
    MachineKernel.Code code =
        code(key, p -> new PoolingCode(p.emitter(), spec.input(), spec.output(), spec.window()).emitMax());
    return kernel(
        "max pooling",
        code,
        strip(spec.input(), spec.output(), spec.window(), 1),
        arena -> ResultTable.write(arena, spec));
  }

  private Kernel prepareMean(KernelSpec.AveragePooling spec) {
    CodeKey key = new CodeKey("mean").and(spec.window()).and(spec.input()).and(spec.output());
    MachineKernel.Code code =
        code(key, p -> new PoolingCode(p.emitter(), spec.input(), spec.output(), spec.window()).emitMean());
    return kernel(
        "average pooling",
        code,
        strip(spec.input(), spec.output(), spec.window(), 1),
        arena -> ResultTable.write(arena, spec));
  }

  // ---- code and memory

  /** Writes the native memory that a function reads. */
  private interface ContextWriter {
    MemorySegment write(Arena arena);
  }

  private static Kernel kernel(
      String method, MachineKernel.Code code, MachineKernel.Work work, ContextWriter writer) {
    Arena arena = Arena.ofShared();
    try {
      return new MachineKernel(method, code, work, arena, writer.write(arena));
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  private MachineKernel.Code code(CodeKey key, Consumer<ProductCode> function) {
    return code(key, target::narrow, function);
  }

  private MachineKernel.Code code(CodeKey key, Supplier<ProductCode> writer, Consumer<ProductCode> function) {
    return codes.get(
        key,
        () -> {
          ProductCode products = writer.get();
          function.accept(products);
          return products.emitter().code();
        });
  }

  @Override
  public Optional<Limit> limit() {
    MachineKernel.Code code =
        code(
            new CodeKey("limit"),
            products -> {
              Emitter e = products.emitter();
              Label loop = new Label();
              Frame.enter(e);
              e.moveImmediate(6, LIMIT_STEPS);
              e.bind(loop);
              products.emitLimit();
              e.countDown(6, loop);
              e.leave();
            });
    ProductCode products = target.narrow();
    long macs = (long) LIMIT_STEPS * products.mostPixels() * products.stepBytes();
    MachineKernel.Work work = new MachineKernel.Work(1, 1, 1, 0, 0, Frame.STRIP);
    Kernel kernel = kernel(target.label(), code, work, arena -> arena.allocate(Context.BYTES, 64));
    return Optional.of(new Limit(kernel, ScratchSize.ofNative(Frame.STRIP), macs));
  }

  @Override
  public Optional<LevelDecoder> levelDecoder() {
    return Optional.of(levelFunctions);
  }

  /** Frees the memory of all code; no kernel of this set may be running. */
  @Override
  public void close() {
    levelFunctions.close();
    codes.close();
  }
}
