package org.ptilmpq.quantizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;
import org.ptilmpq.testkit.Seeds;

/**
 * Checks that a model's scores of all classes are the same to the bit on every kernel set and instruction set, on 1, 2
 * and 4 threads.
 */
final class KernelSetsAgree {

  private KernelSetsAgree() {}

  static void check(Path model) throws IOException {
    RandomGenerator random = Seeds.example(6);
    List<KernelSet> sets = new ArrayList<>(List.of(portable("scalar"), portable("vector")));
    sets.addAll(KernelProvider.machineCode());
    try (PqFile file = PqFile.open(model)) {
      byte[] input = new byte[file.outline().inputTensor().elements()];
      random.nextBytes(input);
      float[] expected = null;
      for (KernelSet set : sets) {
        for (int threads : new int[] {1, 2, 4}) {
          float[] scores = scores(file, input, SessionOptions.defaults().withKernels(set).withThreads(threads));
          expected = expected == null ? scores : expected;
          assertThat(scores).as("%s, %d threads", set.name(), threads).isEqualTo(expected);
        }
      }
      assertThat(expected).doesNotHaveDuplicates();
    } finally {
      sets.forEach(KernelSet::close);
    }
  }

  private static float[] scores(PqFile file, byte[] input, SessionOptions options) throws IOException {
    try (Session session = Session.open(file, options)) {
      session.input(input);
      session.run();
      return session.logits();
    }
  }

  private static KernelSet portable(String name) {
    String before = System.setProperty(KernelProvider.KERNELS_PROPERTY, name);
    try {
      KernelSet set = KernelProvider.choose().kernels();
      assertThat(set.name()).startsWith(name);
      return set;
    } finally {
      if (before == null) {
        System.clearProperty(KernelProvider.KERNELS_PROPERTY);
      } else {
        System.setProperty(KernelProvider.KERNELS_PROPERTY, before);
      }
    }
  }
}
