package org.ptilmpq.cli.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SummaryTest {

  @Test
  void saysWhatWasMadeAndHowGoodItIs() {
    String text = Summary.of(Path.of("out/net.pq"), SmallReport.full(), Optional.of(Path.of("r/report.html")));
    assertThat(text.lines()).containsExactly(
        "file       out/net.pq",
        "size       876 bytes compressed, 987 packed",
        "weights    54, 2.50 bits each on disk, 3.25 in the kernel",
        "agreement  95.00 % with float, KL 0.01500, on 64 pictures (held out)",
        "learned    96.00 % with float, KL 0.00500, on 32 pictures (learned)",
        "time       1 min 1 s",
        "skipped    1 unreadable",
        "report     r/report.html");
  }

  @Test
  void leavesOutWhatIsNotKnown() {
    String text = Summary.of(Path.of("100%s.pq"), SmallReport.bare(), Optional.empty());
    assertThat(text.lines()).hasSize(4).startsWith("file       100%s.pq", "size       876 bytes compressed");
  }
}
