package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.runtime.image.Picture;
import org.ptilmpq.runtime.image.PictureException;
import org.ptilmpq.testkit.AllocationGate;
import org.ptilmpq.testkit.Seeds;

/** Sessions whose kernels compute outside of the Java heap. */
class NativeMemoryTest {

  private static final int RUNS = 200;

  private final NativeKernels kernels = new NativeKernels(onHeap());
  private final SessionOptions options = SessionOptions.defaults().withThreads(2);
  private RandomGenerator random;
  private PqModel model;

  @BeforeEach
  void makeModel() {
    random = Seeds.random("NativeMemoryTest", 40);
    model = RandomNetwork.of(random, 20);
  }

  /** The scalar kernels, which require arrays on any machine. */
  private static KernelSet onHeap() {
    String before = System.setProperty(KernelProvider.KERNELS_PROPERTY, "scalar");
    try {
      return KernelProvider.choose().kernels();
    } finally {
      if (before == null) {
        System.clearProperty(KernelProvider.KERNELS_PROPERTY);
      } else {
        System.setProperty(KernelProvider.KERNELS_PROPERTY, before);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void scoresAreTheSame(int threads) throws Exception {
    Picture picture = new Picture(31, 44, new byte[3 * 31 * 44]);
    random.nextBytes(picture.rgb());
    byte[] input = NetworkTest.randomInput(random, model);
    float[] expected = NaiveInterpreter.run(model, input);
    SessionOptions ofMachineCode = options.withThreads(threads).withKernels(kernels);
    Ranking ranking = new Ranking(2);
    for (Storage storage : Storage.values()) {
      try (PqFile file = PqFile.of(PqWriter.toBytes(model, storage));
          Session onHeap = Session.open(file, options);
          Session session = Session.open(file, ofMachineCode)) {
        assertThat(kernels.open).hasValue(model.operations().size());
        session.input(input);
        session.run();
        assertThat(session.logits()).isEqualTo(expected);
        assertThat(session.classify(picture).scores()).isEqualTo(onHeap.classify(picture).scores());
        session.rank(picture, ranking);
        assertThat(ranking.score(0)).isEqualTo(onHeap.classify(picture).best().score());
      }
      assertThat(kernels.open).hasValue(0);
    }
  }

  @Test
  void scoresOutliveTheMemoryThatTheyWereComputedIn() throws Exception {
    Session session = Session.open(model, options.withKernels(kernels));
    session.input(NetworkTest.randomInput(random, model));
    session.run();
    float[] scores = session.logits();
    session.close();
    session.close();
    assertThat(kernels.open).hasValue(0);
    assertThat(session.logits()).isEqualTo(scores);
    assertThat(session.profile()).hasSameSizeAs(model.operations());
    assertThatThrownBy(session::run).isInstanceOf(IllegalStateException.class).hasMessage("the session is closed");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void nothingIsLeftOfAModelThatDoesNotOpen(int prepared) {
    kernels.preparable = prepared;
    assertThatThrownBy(() -> Session.open(model, options.withKernels(kernels)))
        .isInstanceOf(PqFormatException.class)
        .hasMessageEndingWith("a sum can leave 32 bits");
    assertThat(kernels.open).hasValue(0);
  }

  @Test
  void budgetCountsNativeMemoryBesideTheHeap() throws Exception {
    int steps = model.operations().size();
    try (Session onHeap = Session.open(model, options.withKernels(onHeap()));
        Session session = Session.open(model, options.withKernels(kernels))) {
      MemoryBudget before = onHeap.memoryBudget();
      MemoryBudget budget = session.memoryBudget();
      long tables = (long) steps * NativeKernels.TABLE;
      long scratch = 2L * NativeKernels.SCRATCH;
      assertThat(before.nativeShare()).isEqualTo(MemoryBudget.NativeShare.NONE);
      assertThat(before.nativeBytes()).isZero();
      assertThat(budget.nativeShare()).isEqualTo(new MemoryBudget.NativeShare(true, NativeKernels.SCRATCH, tables, 0));
      assertThat(budget.nativeBytes()).isEqualTo(budget.arena() + scratch + tables);
      assertThat(budget.heap()).isEqualTo(before.heap() - before.arena());
      // Kernels in Java are what the compiler takes memory for.
      assertThat(budget.baseline()).isLessThan(before.baseline());
      assertThat(budget.total() - budget.baseline()).isEqualTo(before.total() - before.baseline() + scratch + tables);
      assertThat(budget).asString().contains("kernel tables 0." + (tables + 99_999) / 100_000);
    }
    SessionOptions alone = options.withKernels(kernels).withThreads(1);
    long needed = budget(alone).total();
    assertThatThrownBy(() -> Session.open(model, alone.withMemoryCap(needed - 1)))
        .isInstanceOfSatisfying(MemoryCapException.class, e -> assertThat(e.neededBytes()).isEqualTo(needed));
    Session.open(model, alone.withMemoryCap(needed)).close();
    assertThat(kernels.open).hasValue(0);
  }

  private MemoryBudget budget(SessionOptions with) throws Exception {
    try (Session session = Session.open(model, with)) {
      return session.memoryBudget();
    }
  }

  /** The path around the kernels: the input goes to native memory, and the scores come from there. */
  @Test
  void rankingAllocatesNothing() throws Exception {
    Picture picture = new Picture(97, 61, new byte[3 * 97 * 61]);
    Ranking ranking = new Ranking(3);
    try (Session session = Session.open(model, options.withThreads(1).withKernels(new IdleKernels()))) {
      List<Thread> own = List.of(Thread.currentThread());
      assertThat(AllocationGate.settledBytes(() -> rank(session, picture, ranking), own)).isZero();
    }
  }

  private static void rank(Session session, Picture picture, Ranking ranking) {
    try {
      for (int i = 0; i < RUNS; i++) {
        session.rank(picture, ranking);
      }
    } catch (PictureException e) {
      throw new AssertionError(e);
    }
  }

  /** Kernels that compute nothing, in native memory. */
  private static final class IdleKernels implements KernelSet {

    private record Idle(int units) implements Kernel {
      @Override
      public void run(TensorMemory tensors, int first, int end, Scratch scratch) {}

      @Override
      public String method() {
        return "idle";
      }
    }

    @Override
    public String name() {
      return "idle";
    }

    @Override
    public boolean usesNativeMemory() {
      return true;
    }

    @Override
    public ScratchSize scratch(KernelSpec spec) {
      return ScratchSize.NONE;
    }

    @Override
    public Kernel prepare(KernelSpec spec) {
      return new Idle(1);
    }
  }
}
