package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.testkit.Seeds;

/** What a plan says is what the session then has, and nothing is prepared for it. */
class SessionPlanTest {

  private final PqModel model = RandomNetwork.of(Seeds.random("SessionPlanTest", 4), 20);

  @ParameterizedTest
  @EnumSource
  void aSessionIsWhatWasPlanned(Storage storage) throws Exception {
    SessionOptions options = SessionOptions.defaults().withThreads(2);
    try (PqFile file = PqFile.of(PqWriter.toBytes(model, storage));
        SessionPlan plan = SessionPlan.of(new ModelSource(file.outline(), file, false), options);
        Session session = Session.open(file, options)) {
      assertThat(plan.memoryBudget()).isEqualTo(session.memoryBudget());
      assertThat(plan.threads()).isEqualTo(2);
      assertThat(plan.memoryPlan().placements()).isEqualTo(session.memoryPlan().placements());
      assertThat(plan.pictureInput().allowance()).isEqualTo(session.pictureBytes());
      assertThat(plan.kernelChoice()).isEqualTo(session.kernelChoice());
    }
  }

  @Test
  void aCapDecidesTheThreadsOfThePlan() throws Exception {
    SessionOptions options = SessionOptions.defaults().withThreads(3);
    long forTwo;
    try (SessionPlan plan = SessionPlan.of(new ModelSource(model, null, false), options.withThreads(2))) {
      forTwo = plan.memoryBudget().total();
    }
    try (SessionPlan plan = SessionPlan.of(new ModelSource(model, null, false), options.withMemoryCap(forTwo))) {
      assertThat(plan.threads()).isEqualTo(2);
      assertThat(plan.memoryBudget().total()).isEqualTo(forTwo);
    }
  }

  @Test
  void planningPreparesNoKernelAndLeavesThoseOfTheCallerOpen() throws Exception {
    try (KernelSet chosen = KernelProvider.choose().kernels()) {
      KernelSet untouched =
          new ForwardingKernels(chosen) {
            @Override
            public Kernel prepare(KernelSpec spec) {
              throw new AssertionError("prepared");
            }

            @Override
            public void close() {
              throw new AssertionError("closed");
            }
          };
      SessionOptions options = SessionOptions.defaults().withKernels(untouched);
      try (SessionPlan plan = SessionPlan.of(new ModelSource(model, null, false), options)) {
        assertThat(plan.kernels()).isSameAs(untouched);
        assertThat(plan.kernelChoice()).endsWith(": the caller asked for them");
      }
      assertThatThrownBy(() -> SessionPlan.of(new ModelSource(model, null, false), options.withMemoryCap(1)))
          .isInstanceOf(MemoryCapException.class);
    }
  }
}
