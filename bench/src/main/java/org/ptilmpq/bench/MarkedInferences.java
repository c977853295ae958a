package org.ptilmpq.bench;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.ptilmpq.bench.PeerComparison.Peer;
import org.ptilmpq.runtime.SessionOptions;

/**
 * Runs one network on one thread, with an {@link InstructionMark} before the first and after each measured inference,
 * for an emulator that counts instructions.
 *
 * @param pq the network for this project's runtime; for ONNX Runtime it gives the input
 * @param onnx the network for ONNX Runtime
 * @param warmup inferences before the first mark
 * @param runs inferences between marks
 */
record MarkedInferences(Path pq, Optional<Path> onnx, int warmup, int runs) {

  static final String USAGE =
      """
      usage: java -jar ptilmpq-bench.jar marked MODEL.pq
               [--onnx MODEL.onnx]   ONNX Runtime instead, with the same input
               [--warmup N]          default 30
               [--runs N]            default 5
      """;

  private static final long SEED = 1;

  /**
   * @param arguments what follows {@code marked}
   * @throws IllegalArgumentException when they can't be understood
   */
  static MarkedInferences parse(List<String> arguments) {
    List<Path> models = new ArrayList<>();
    Optional<Path> onnx = Optional.empty();
    int warmup = 30;
    int runs = 5;
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      switch (argument) {
        case "--onnx" -> onnx = Optional.of(Path.of(ComparisonOptions.value(arguments, ++i)));
        case "--warmup" ->
            warmup = ComparisonOptions.number(argument, ComparisonOptions.value(arguments, ++i), 100_000);
        case "--runs" -> runs = ComparisonOptions.number(argument, ComparisonOptions.value(arguments, ++i), 100_000);
        default -> {
          if (argument.startsWith("-")) {
            throw new IllegalArgumentException("unknown option " + argument);
          }
          models.add(Path.of(argument));
        }
      }
    }
    if (models.size() != 1) {
      throw new IllegalArgumentException("one .pq model is needed, not " + models.size());
    }
    return new MarkedInferences(models.get(0), onnx, warmup, runs);
  }

  /**
   * @return what ran, human-readable
   * @throws IOException when the .pq file can't be read; {@link org.ptilmpq.format.PqFormatException} for a broken one
   * @throws OrtException when ONNX Runtime can't open its model
   */
  String run() throws IOException, OrtException {
    RandomGenerator random = RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(SEED);
    try (SessionPeer own = SessionPeer.open(pq, SessionOptions.defaults().withThreads(1), random)) {
      if (onnx.isEmpty()) {
        run(own);
        return own.name() + ", " + own.kernels();
      }
      try (OnnxRuntimePeer peer =
          OnnxRuntimePeer.open("ONNX Runtime", onnx.get(), 1, own.inputTensor(), own.realInput())) {
        run(peer);
        return peer.name();
      }
    }
  }

  private void run(Peer peer) {
    for (int i = 0; i < warmup; i++) {
      peer.run();
    }
    InstructionMark mark = new InstructionMark();
    mark.set();
    for (int i = 0; i < runs; i++) {
      peer.run();
      mark.set();
    }
  }

  /**
   * Marks a moment for an emulator that counts instructions (.ci/boards/instructions.c): closes a file descriptor that
   * can't be open, a system call that does nothing and that nobody else makes.
   */
  static final class InstructionMark {

    /** Also known to the plugin. */
    private static final int DESCRIPTOR = -20561;

    private final MethodHandle close;

    @SuppressWarnings("restricted")
    InstructionMark() {
      Linker linker = Linker.nativeLinker();
      close =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("close"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }

    void set() {
      int result;
      try {
        result = (int) close.invokeExact(DESCRIPTOR);
      } catch (Throwable e) {
        throw new IllegalStateException("close(2) doesn't throw", e);
      }
      if (result == 0) {
        throw new IllegalStateException("a file descriptor " + DESCRIPTOR + " was open");
      }
    }
  }
}
