package org.ptilmpq.quantizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;

/** Holds the runtime to what a file says. */
final class CheckedSession {

  private CheckedSession() {}

  /** Checks that the session's scores are those of the file's definition, but for values that lie between two bytes. */
  static void check(Path pq, RandomGenerator random) throws IOException {
    try (Session session = Session.open(pq, SessionOptions.defaults().withThreads(1))) {
      PqModel model = session.model();
      for (int i = 0; i < 5; i++) {
        byte[] input = new byte[model.inputTensor().elements()];
        random.nextBytes(input);
        double[] expected = SimulatedNetwork.run(model, input);
        session.input(input);
        session.run();
        float[] scores = session.logits();
        double greatest = 0;
        for (double score : expected) {
          greatest = Math.max(greatest, Math.abs(score));
        }
        for (int c = 0; c < scores.length; c++) {
          assertThat(Math.abs(scores[c] - expected[c])).as("score %d", c).isLessThan(0.01 * greatest + 1e-4);
        }
      }
    }
  }
}
