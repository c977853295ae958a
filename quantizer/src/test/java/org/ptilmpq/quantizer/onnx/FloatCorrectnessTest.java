package org.ptilmpq.quantizer.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Passes;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.reference.FloatExecutor;
import org.ptilmpq.runtime.image.PictureDecoder;
import org.ptilmpq.runtime.image.Preprocessor;
import org.ptilmpq.testkit.SharedData;

/** Real models on real pictures: the imported and simplified graph gives the scores of ONNX Runtime. */
@Tag("shared-data")
class FloatCorrectnessTest {

  private static final int PICTURES = 20;
  private static final double TOLERANCE = 1e-4;

  private static final float[] NO_MEAN = {0, 0, 0};
  private static final float[] NO_STD = {1, 1, 1};
  private static final float[] IMAGENET_MEAN = {0.485f * 255, 0.456f * 255, 0.406f * 255};
  private static final float[] IMAGENET_STD = {0.229f * 255, 0.224f * 255, 0.225f * 255};
  private static final float[] OWN_MEAN = {0.4914f * 255, 0.4822f * 255, 0.4465f * 255};
  private static final float[] OWN_STD = {0.2470f * 255, 0.2435f * 255, 0.2616f * 255};

  record Model(String path, String pictures, Preprocessing preprocessing) {
    @Override
    public String toString() {
      return path;
    }
  }

  static Stream<Model> models() {
    return Stream.of(
        new Model(
            "models/resnet50-imagenet.onnx",
            "imagenet/val",
            new Preprocessing(256, new float[] {123.68f, 116.779f, 103.939f}, NO_STD)),
        new Model(
            "models/mobilenetv2-imagenet.onnx",
            "imagenet/val",
            new Preprocessing(256, IMAGENET_MEAN, IMAGENET_STD)),
        new Model(
            "models/resnet20-cifar10.onnx", "cifar10/test", new Preprocessing(0, IMAGENET_MEAN, IMAGENET_STD)),
        new Model(
            "models/resnet56-cifar10.onnx", "cifar10/test", new Preprocessing(0, IMAGENET_MEAN, IMAGENET_STD)),
        new Model("models/resnet8-mlperf-tiny.onnx", "cifar10/test", new Preprocessing(0, NO_MEAN, NO_STD)),
        new Model("demo/resnet20-own.onnx", "cifar10/test", new Preprocessing(0, OWN_MEAN, OWN_STD)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void matchesOnnxRuntime(Model model) throws Exception {
    Path path = SharedData.path(model.path);
    FloatGraph graph = Passes.simplify(OnnxReader.read(path));
    FloatExecutor executor = new FloatExecutor(graph);
    Shape shape = graph.input().shape();
    Tensor input = new Tensor("input", shape.height(), shape.width(), shape.channels(), Tensor.Type.FLOAT32, 1, 0);
    Preprocessor preprocessor = new Preprocessor(model.preprocessing, input);
    double worst = 0;
    try (OnnxRuntime oracle = OnnxRuntime.open(path.toString())) {
      for (Path picture : pictures(model)) {
        float[] planes = preprocessor.toFloat(new PictureDecoder().decode(picture));
        float[] ours = executor.run(OnnxRuntime.channelsLast(planes, shape));
        float[] theirs = oracle.run(planes, 1, shape.channels(), shape.height(), shape.width());
        double difference = relativeDifference(ours, theirs);
        assertThat(difference).as("%s on %s", model, picture.getFileName()).isLessThanOrEqualTo(TOLERANCE);
        worst = Math.max(worst, difference);
      }
    }
    System.out.printf(
        "%s: %d nodes, %.1f MMAC, largest relative difference of %d pictures %.2e%n",
        model, graph.nodes().size(), graph.multiplyAccumulates() / 1e6, PICTURES, worst);
  }

  private static List<Path> pictures(Model model) throws IOException {
    try (Stream<Path> files = Files.list(SharedData.path(model.pictures))) {
      List<Path> pictures = files.sorted().limit(PICTURES).toList();
      assertThat(pictures).hasSize(PICTURES);
      return pictures;
    }
  }

  /** max |ours − theirs| / max |theirs| over the scores of one picture. */
  private static double relativeDifference(float[] ours, float[] theirs) {
    assertThat(ours).hasSameSizeAs(theirs);
    double difference = 0;
    double largest = 0;
    for (int i = 0; i < ours.length; i++) {
      difference = Math.max(difference, Math.abs((double) ours[i] - theirs[i]));
      largest = Math.max(largest, Math.abs(theirs[i]));
    }
    return difference / largest;
  }
}
