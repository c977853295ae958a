package org.ptilmpq.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The recipe of the dictionary that the graphs of compressed files are deflated with: graphs of two made-up networks
 * with the names that exporters give, shapes and numbers that many networks have. It was run once; the dictionary must
 * never change, or files can't be read any more.
 */
final class MetadataDictionary {

  private static final Grid TAILS = new Grid.SparseTails();

  private final List<Tensor> tensors = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();

  private MetadataDictionary() {}

  /** Writes the dictionary to the path given. */
  public static void main(String[] arguments) throws IOException {
    ByteArrayOutputStream dictionary = new ByteArrayOutputStream();
    dictionary.writeBytes(ModelEncoder.outline(new MetadataDictionary().mobile()));
    dictionary.writeBytes(ModelEncoder.outline(new MetadataDictionary().residual()));
    Files.write(Path.of(arguments[0]), dictionary.toByteArray());
  }

  private PqModel mobile() {
    int last = tensor("input", 224, 3, 0.0187f, -14);
    last = convolution("features.0", last, -1, "features.0.relu6", 112, 32, 3, 2, 1, 6);
    int size = 112;
    for (int block = 1; block <= 4; block++) {
      String name = "features." + block + ".";
      int stride = block % 2 == 0 ? 2 : 1;
      int channels = 16 + 8 * (block / 2);
      int residual = stride == 1 && block > 1 ? last : -1;
      last = convolution(name + "expand", last, -1, name + "expand.relu6", size, 6 * channels, 1, 1, 1, 4);
      size /= stride;
      last = convolution(name + "dw", last, -1, name + "dw.relu6", size, 6 * channels, 3, stride, 6 * channels, 6);
      last = convolution(name + "project", last, residual, name + "project", size, channels, 1, 1, 1, 4);
    }
    operations.add(
        new Operation.AveragePooling(
            "GlobalAveragePool",
            last,
            tensor("pool", 1, 1280, 0.02f, -128),
            Operation.Window.of(size, size, 1, 1, 0, 0),
            true,
            -128,
            127));
    scores("classifier", 1000);
    return model("mobilenet-imagenet", 256, List.of("dog", "cat", "bird", "fish", "snake", "car", "ship"));
  }

  private PqModel residual() {
    int last = tensor("input", 32, 3, 0.0187f, -14);
    last = convolution("conv1", last, -1, "relu1", 32, 16, 3, 1, 1, 6);
    operations.add(
        new Operation.MaxPooling(
            "pool1", last, tensor("pool1", 16, 16, 0.02f, -128), Operation.Window.of(3, 3, 2, 2, 1, 1)));
    for (int layer = 1; layer <= 4; layer++) {
      for (int block = 0; block < 2; block++) {
        int size = 64 >> layer;
        int channels = 8 << layer;
        String name = "layer" + layer + "." + block + ".";
        int shortcut = last;
        if (block == 0) {
          shortcut =
              convolution(
                  name + "downsample.0", last, -1, name + "downsample.1_out", size, channels, 1, 2, 1, 4);
        }
        last = convolution(name + "conv1", last, -1, name + "relu1", size, channels, 3, 2 - block, 1, 4);
        last = convolution(name + "conv2", last, -1, name + "relu2", size, channels, 3, 1, 1, 4);
        last = convolution(name + "conv3", last, shortcut, name + "bn3_out", size, channels, 1, 1, 1, 4);
        int sum = tensor(name + "out", size, channels, 0.031f, -128);
        operations.add(new Operation.Addition(name + "add", last, shortcut, sum, -128, 127));
        last = sum;
      }
    }
    for (int i = 1; i < 10; i++) {
      String result = i % 3 == 0 ? "batch_normalization_" + i : i == 1 ? "activation" : "activation_" + i;
      int size = 64 >> (i + 2) / 2;
      last = convolution(i == 1 ? "conv2d" : "conv2d_" + i, last, -1, result, size, 16, i % 3 == 2 ? 1 : 3, 1, 1, 3);
    }
    operations.add(
        new Operation.AveragePooling(
            "average_pooling2d",
            last,
            tensor("global_average_pool", 1, 64, 0.02f, -128),
            Operation.Window.of(8, 8, 1, 1, 0, 0),
            true,
            -128,
            127));
    scores("dense", 10);
    scores("fc", 10);
    return model(
        "resnet-cifar10",
        0,
        List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"));
  }

  private PqModel model(String name, int resize, List<String> labels) {
    return new PqModel(
        name,
        tensors,
        operations,
        0,
        tensors.size() - 1,
        new Preprocessing(resize, new float[] {123.675f, 116.28f, 103.53f}, new float[] {58.395f, 57.12f, 57.375f}),
        labels,
        new Provenance(
            name + ".onnx",
            "0123456789abcdef",
            "ptilmpq-quantize 0.1.0",
            "1000 pictures of calibration",
            "best, size, seed 1, bits, alpha, pictures at most, preset "));
  }

  private int tensor(String name, int size, int channels, float scale, int zeroPoint) {
    tensors.add(new Tensor(name, size, size, channels, Tensor.Type.INT8, scale, zeroPoint));
    return tensors.size() - 1;
  }

  private int convolution(
      String name,
      int input,
      int residual,
      String result,
      int size,
      int channels,
      int kernel,
      int stride,
      int groups,
      int width) {
    int output = tensor(result, size, channels, 0.0234f + 0.001f * tensors.size(), residual < 0 ? -128 : -9);
    int pad = kernel / 2;
    List<ChannelGroup> channelGroups =
        List.of(
            new ChannelGroup(channels / 4, width + 1, TAILS),
            new ChannelGroup(channels - channels / 4, width, TAILS));
    MemorySegment none = MemorySegment.NULL;
    Weights weights = new Weights(0, channelGroups, new int[0], new float[0], new float[0], none, none);
    operations.add(
        new Operation.Convolution(
            name,
            input,
            residual,
            output,
            Operation.Window.of(kernel, kernel, stride, stride, pad, pad),
            groups,
            -128,
            127,
            weights));
    return output;
  }

  private void scores(String name, int classes) {
    int input = tensors.size() - 1;
    convolution(name, input, -1, "logits", 1, classes, 1, 1, 1, 5);
    tensors.removeLast();
    tensors.add(new Tensor("output", 1, 1, classes, Tensor.Type.FLOAT32, 1, 0));
  }
}
