package org.ptilmpq.quantizer.onnx;

import static org.ptilmpq.quantizer.onnx.ModelBuilder.integer;
import static org.ptilmpq.quantizer.onnx.ModelBuilder.ints;
import static org.ptilmpq.quantizer.onnx.ModelBuilder.text;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.Seeds;

/**
 * Convolutions and poolings over grids of kernel, stride, dilation, padding, groups and odd sizes, against ONNX
 * Runtime.
 */
class WindowAgreementTest {

  /** Groups, input channels, output channels. */
  private static final int[][] GROUPS = {
    {1, 3, 5}, {1, 16, 33}, {1, 70, 7}, {2, 6, 4}, {3, 9, 6}, {7, 7, 7}, {35, 35, 35}, {5, 5, 10}
  };

  private final RandomGenerator random = Seeds.random("WindowAgreementTest", 11);

  @Test
  void convolutions() throws Exception {
    for (int kernelHeight : new int[] {1, 2, 3, 5}) {
      for (int kernelWidth : new int[] {1, 3, 4}) {
        for (int stride : new int[] {1, 2, 3}) {
          for (int dilation : new int[] {1, 2}) {
            int[] grouping = GROUPS[random.nextInt(GROUPS.length)];
            convolution(kernelHeight, kernelWidth, stride, dilation, grouping);
          }
        }
      }
    }
  }

  @Test
  void everyGrouping() throws Exception {
    for (int[] grouping : GROUPS) {
      convolution(3, 3, 1, 1, grouping);
      convolution(3, 2, 2, 1, grouping);
    }
  }

  private void convolution(int kernelHeight, int kernelWidth, int stride, int dilation, int[] grouping)
      throws Exception {
    int groups = grouping[0];
    int inputs = grouping[1];
    int outputs = grouping[2];
    int height = random.nextInt(9, 16);
    int width = random.nextInt(7, 16);
    long[] pads = random.longs(4, 0, 3).toArray();
    ModelBuilder model = new ModelBuilder(random.nextInt(7, 23), random);
    boolean bias = random.nextBoolean();
    model.input(-1, inputs, height, width).weights("w", outputs, inputs / groups, kernelHeight, kernelWidth);
    if (bias) {
      model.weights("b", outputs);
    }
    model.node(
        "Conv",
        bias ? "x w b" : "x w",
        "y",
        integer("group", groups),
        ints("strides", stride, 3 - Math.min(stride, 2)),
        ints("dilations", dilation, 3 - dilation),
        ints("pads", pads));
    String what =
        "conv %d×%d stride %d dilation %d pads %s groups %d: %d×%d×%d to %d"
            .formatted(
                kernelHeight,
                kernelWidth,
                stride,
                dilation,
                Arrays.toString(pads),
                groups,
                height,
                width,
                inputs,
                outputs);
    Agreement.check(what, model.bytes(), random);
  }

  @Test
  void automaticPadding() throws Exception {
    for (String autoPad : List.of("SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET")) {
      for (int size : new int[] {5, 8}) {
        for (int stride = 1; stride <= 3; stride++) {
          for (int kernel = 1; kernel <= 4; kernel++) {
            String what = "%s, size %d, stride %d, kernel %d".formatted(autoPad, size, stride, kernel);
            AttributeProto[] attributes = {
              text("auto_pad", autoPad), ints("strides", stride, stride), ints("kernel_shape", kernel, kernel)
            };
            Agreement.check(
                "Conv " + what,
                new ModelBuilder(13, random)
                    .input(1, 3, size, size + 1)
                    .weights("w", 4, 3, kernel, kernel)
                    .node("Conv", "x w", "y", attributes)
                    .bytes(),
                random);
            if (stride > kernel + 1) {
              continue; // Refused for poolings by the reader: UnsupportedModelTest.
            }
            for (String pooling : List.of("MaxPool", "AveragePool")) {
              Agreement.check(
                  pooling + " " + what,
                  new ModelBuilder(13, random)
                      .input(1, 3, size, size + 1)
                      .node(pooling, "x", "y", attributes)
                      .bytes(),
                  random);
            }
          }
        }
      }
    }
  }

  @Test
  void poolings() throws Exception {
    for (String operator : List.of("MaxPool", "AveragePool")) {
      for (int kernel = 1; kernel <= 4; kernel++) {
        for (int stride = 1; stride <= 3; stride++) {
          for (int ceil = 0; ceil <= 1; ceil++) {
            for (int countPadding = 0; countPadding <= 1; countPadding++) {
              pooling(operator, kernel, stride, ceil, countPadding);
            }
          }
        }
      }
    }
  }

  private void pooling(String operator, int kernel, int stride, int ceil, int countPadding) throws Exception {
    boolean max = operator.equals("MaxPool");
    if (!max && ceil == 1 && countPadding == 1) {
      return; // Refused by the reader: UnsupportedModelTest.
    }
    List<AttributeProto> attributes = new ArrayList<>();
    long[] pads = random.longs(4, 0, kernel).toArray();
    attributes.add(ints("kernel_shape", kernel, kernel));
    attributes.add(ints("strides", stride, stride));
    attributes.add(ints("pads", pads));
    if (ceil == 1) {
      attributes.add(integer("ceil_mode", 1));
    }
    if (!max) {
      attributes.add(integer("count_include_pad", countPadding));
    }
    int height = random.nextInt(5, 12);
    int width = random.nextInt(5, 12);
    String what =
        "%s %d stride %d ceil %d count %d pads %s of %d×%d"
            .formatted(operator, kernel, stride, ceil, countPadding, Arrays.toString(pads), height, width);
    Agreement.check(
        what,
        new ModelBuilder(13, random)
            .input(1, 5, height, width)
            .node(operator, "x", "y", attributes.toArray(AttributeProto[]::new))
            .bytes(),
        random);
  }
}
