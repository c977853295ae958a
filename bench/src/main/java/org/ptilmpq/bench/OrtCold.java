package org.ptilmpq.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * One picture in one process, as a Java user of ONNX Runtime would write it: what the first answer of {@code
 * ptilmpq-run.jar} is compared with. {@code java -XX:+UseSerialGC -cp ptilmpq-bench.jar org.ptilmpq.bench.OrtCold
 * MODEL.onnx IMAGE}: the model takes 1 × 3 × 224 × 224 floats, Caffe's means subtracted.
 */
public final class OrtCold {

  private static final int SIDE = 224;
  private static final float[] MEANS = {123.68f, 116.779f, 103.939f};

  private OrtCold() {}

  public static void main(String[] arguments) throws IOException, OrtException {
    BufferedImage picture = ImageIO.read(new File(arguments[1]));
    BufferedImage resized = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = resized.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(picture, 0, 0, SIDE, SIDE, null);
    graphics.dispose();
    int[] pixels = resized.getRGB(0, 0, SIDE, SIDE, null, 0, SIDE);
    float[] input = new float[3 * pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      for (int c = 0; c < 3; c++) {
        input[c * pixels.length + i] = (pixels[i] >> 16 - 8 * c & 0xFF) - MEANS[c];
      }
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(2);
      try (OrtSession session = environment.createSession(arguments[0], options);
          OnnxTensor tensor =
              OnnxTensor.createTensor(environment, FloatBuffer.wrap(input), new long[] {1, 3, SIDE, SIDE});
          OrtSession.Result result = session.run(Map.of(session.getInputNames().iterator().next(), tensor))) {
        float[] scores = ((float[][]) result.get(0).getValue())[0];
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
          best = scores[i] > scores[best] ? i : best;
        }
        System.out.println(best);
      }
    }
  }
}
