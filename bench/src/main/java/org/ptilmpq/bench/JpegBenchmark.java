package org.ptilmpq.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.ptilmpq.runtime.image.Picture;
import org.ptilmpq.runtime.image.PictureDecoder;

/** The runtime's decoder of JPEG, which is plain Java, beside ImageIO's, which is libjpeg: {@code -p picture=FILE}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 9, time = 1)
@Fork(2)
public class JpegBenchmark {

  @Param("examples/rocket.jpg")
  String picture;

  private byte[] encoded;
  private PictureDecoder decoder;

  @Setup
  public void read() throws IOException {
    encoded = Files.readAllBytes(Path.of(picture));
    decoder = new PictureDecoder();
    ImageIO.setUseCache(false);
  }

  @Benchmark
  public Picture ours() throws IOException {
    return decoder.decode(encoded, 0, encoded.length);
  }

  @Benchmark
  public BufferedImage imageIo() throws IOException {
    return ImageIO.read(new ByteArrayInputStream(encoded));
  }
}
