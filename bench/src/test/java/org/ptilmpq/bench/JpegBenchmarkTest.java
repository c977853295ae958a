package org.ptilmpq.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.ptilmpq.runtime.image.Picture;

class JpegBenchmarkTest {

  @Test
  void bothDecodeTheWholePicture() throws Exception {
    JpegBenchmark benchmark = new JpegBenchmark();
    benchmark.picture = "../examples/rocket.jpg";
    benchmark.read();
    Picture ours = benchmark.ours();
    BufferedImage theirs = benchmark.imageIo();
    assertThat(ours.width()).isEqualTo(theirs.getWidth()).isEqualTo(640);
    assertThat(ours.height()).isEqualTo(theirs.getHeight());
  }
}
