package org.ptilmpq.cli.run;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.ptilmpq.cli.launch.RunJar;
import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.LevelDecoder;
import org.ptilmpq.kernels.LevelDecoder.CodedLevels;

/**
 * The program that {@code ./ptilmpq} runs once to record the classes of a start: the first pictures of a small model,
 * and the decoder of larger models' levels, which the small one doesn't use.
 */
public final class Rehearsal {

  private static final int CHANNELS = 64;
  private static final int TABLE = 4096;
  private static final int CONTEXTS = 64;

  private Rehearsal() {}

  /** @param arguments of the call to record */
  public static void main(String[] arguments) throws Exception {
    try (KernelSet kernels = KernelProvider.choose().kernels()) {
      if (kernels.levelDecoder().isPresent()) {
        try (LevelDecoder decoder = kernels.levelDecoder().get()) {
          decode(decoder, 1);
          decode(decoder, 2);
        }
      }
    }
    RunJar.main(arguments);
  }

  /** Decodes a layer of 3 × 3 taps whose levels are all 0, each in one way: they take no words. */
  private static void decode(LevelDecoder decoder, int tables) {
    int inputs = 9;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stream = arena.allocate(8L * Integer.BYTES);
      for (int state = 0; state < 8; state++) {
        stream.setAtIndex(ValueLayout.JAVA_INT, state, 1 << 16);
      }
      int[][] frequencies = new int[tables][];
      for (int table = 0; table < tables; table++) {
        frequencies[table] = new int[] {0, TABLE, 0, 0};
      }
      CodedLevels.Block block = new CodedLevels.Block(CHANNELS, 1, false);
      MemorySegment codes = arena.allocate((inputs + 1L) * Long.BYTES, Long.BYTES);
      MemorySegment none = arena.allocate(0);
      CodedLevels levels =
          new CodedLevels(
              inputs, 1, 3, List.of(block), 64, 256, 0, frequencies, new byte[CONTEXTS], stream, 0, 0, codes, none);
      if (!decoder.decode(levels)) {
        throw new IllegalStateException("levels of 0 are not decoded");
      }
    }
  }
}
