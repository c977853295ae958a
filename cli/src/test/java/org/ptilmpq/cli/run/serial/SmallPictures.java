package org.ptilmpq.cli.run.serial;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.ptilmpq.runtime.Ranking;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;

/** Made-up pictures, and the example network's result for each: both are always the same. */
final class SmallPictures {

  static final Path MODEL = Path.of("../examples/resnet20-cifar10.pq");

  private static final int COLOURS = 48;

  private final List<byte[]> encoded = new ArrayList<>();
  private final int[] classes = new int[COLOURS];
  private final double[] probabilities = new double[COLOURS];

  private SmallPictures() {}

  /** Returns pictures of 32 × 32 pixels in one colour each, about 100 bytes of PNG. */
  static SmallPictures plain(Session session) throws IOException {
    SmallPictures pictures = new SmallPictures();
    for (int i = 0; i < COLOURS; i++) {
      Color colour = Color.getHSBColor(i / (float) COLOURS, 0.3f + 0.7f * (i % 4) / 3, 1);
      pictures.add(session, encode(picture(32, colour, colour), "png"));
    }
    return pictures;
  }

  /** Returns JPEG pictures of several kilobytes. */
  static SmallPictures large(Session session) throws IOException {
    SmallPictures pictures = new SmallPictures();
    for (int i = 0; i < COLOURS; i++) {
      Color colour = Color.getHSBColor(i / (float) COLOURS, 1, 1);
      pictures.add(session, encode(picture(400, colour, Color.WHITE), "jpg"));
    }
    return pictures;
  }

  static Session session() throws IOException {
    return Session.open(MODEL, SessionOptions.defaults().withThreads(1));
  }

  private void add(Session session, byte[] picture) throws IOException {
    Ranking ranking = new Ranking(1);
    session.rank(picture, 0, picture.length, ranking);
    classes[encoded.size()] = ranking.index(0);
    probabilities[encoded.size()] = ranking.probability(0);
    encoded.add(picture);
  }

  /** Returns the picture that goes with a number; they repeat. */
  byte[] encoded(int number) {
    return encoded.get(number % COLOURS);
  }

  int classOf(int number) {
    return classes[number % COLOURS];
  }

  /** Returns the probability as in a RESULT, in 1/65,535. */
  int probabilityOf(int number) {
    return (int) Math.round(probabilities[number % COLOURS] * 65_535);
  }

  long differentAnswers() {
    return IntStream.range(0, COLOURS).mapToLong(i -> (long) classOf(i) << 16 | probabilityOf(i)).distinct().count();
  }

  private static BufferedImage picture(int side, Color from, Color to) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setPaint(new GradientPaint(0, 0, from, side, side / 2f, to));
    graphics.fillRect(0, 0, side, side);
    graphics.setPaint(to.darker());
    for (int i = 0; i < side && !from.equals(to); i += 8) {
      graphics.drawOval(i, i / 2, side / 3, side / 4);
    }
    graphics.dispose();
    return image;
  }

  private static byte[] encode(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, out)) {
      throw new IOException("no encoder for " + format);
    }
    return out.toByteArray();
  }
}
