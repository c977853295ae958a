package org.ptilmpq.cli;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.ptilmpq.format.ChannelGroup;
import org.ptilmpq.format.Grid;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PackedCodes;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.format.Provenance;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.format.Weights;

/**
 * A network so small that its answers are known: the score of red, green and blue is a tenth of the mean of that
 * channel of a 4×4 picture.
 */
final class ColourModel {

  private static final int SIDE = 4;
  private static final int INPUTS = SIDE * SIDE * 3;
  private static final float SCORE_OF_255 = 25.5f;

  private ColourModel() {}

  static Path write(Path file) throws IOException {
    PqWriter.write(model(), file);
    return file;
  }

  private static PqModel model() {
    List<ChannelGroup> groups = List.of(new ChannelGroup(3, 2, new Grid.Uniform()));
    short[][] codes = new short[3][INPUTS];
    for (int k = 0; k < INPUTS; k++) {
      codes[k % 3][k] = 1;
    }
    float scale = SCORE_OF_255 / 255 / (SIDE * SIDE);
    Weights weights =
        new Weights(
            INPUTS,
            groups,
            new int[0],
            new float[] {scale, scale, scale},
            new float[3],
            PackedCodes.pack(groups, INPUTS, codes).codes(),
            MemorySegment.NULL);
    return new PqModel(
        "colours",
        List.of(
            new Tensor("pixels", SIDE, SIDE, 3, Tensor.Type.INT8, 1, -128),
            new Tensor("scores", 1, 1, 3, Tensor.Type.FLOAT32, 1, 0)),
        List.of(
            new Operation.Convolution(
                "mean", 0, -1, 1, Operation.Window.of(SIDE, SIDE, 1, 1, 0, 0), 1, -128, 127, weights)),
        0,
        1,
        new Preprocessing(SIDE, new float[3], new float[] {1, 1, 1}),
        List.of("red", "green", "blue \"azure\""),
        new Provenance("colours.onnx", "", "ColourModel", "none", "by hand"));
  }

  /** A picture of one colour. */
  static Path picture(Path file, Color colour) throws IOException {
    BufferedImage image = new BufferedImage(9, 7, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, colour.getRGB());
      }
    }
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IOException("this Java writes no PNG");
    }
    return file;
  }
}
