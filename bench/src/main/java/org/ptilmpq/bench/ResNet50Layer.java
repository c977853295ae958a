package org.ptilmpq.bench;

import org.ptilmpq.kernels.KernelSpec.Window;

/**
 * The shapes of ResNet-50 v1.5 (He et al. 2015, arXiv 1512.03385, table 1, with the strides of a stage in its first 3×3
 * layer) at 224 × 224, each once. Together with how often they occur they are 4.09 GMAC.
 */
public enum ResNet50Layer {
  STEM_7X7(224, 3, 64, 7, 2),
  STAGE1_FIRST_1X1(56, 64, 64, 1, 1),
  STAGE1_3X3(56, 64, 64, 3, 1),
  STAGE1_EXPAND_1X1(56, 64, 256, 1, 1),
  STAGE1_REDUCE_1X1(56, 256, 64, 1, 1),
  STAGE2_FIRST_1X1(56, 256, 128, 1, 1),
  STAGE2_STRIDED_3X3(56, 128, 128, 3, 2),
  STAGE2_SHORTCUT_1X1(56, 256, 512, 1, 2),
  STAGE2_3X3(28, 128, 128, 3, 1),
  STAGE2_EXPAND_1X1(28, 128, 512, 1, 1),
  STAGE2_REDUCE_1X1(28, 512, 128, 1, 1),
  STAGE3_FIRST_1X1(28, 512, 256, 1, 1),
  STAGE3_STRIDED_3X3(28, 256, 256, 3, 2),
  STAGE3_SHORTCUT_1X1(28, 512, 1024, 1, 2),
  STAGE3_3X3(14, 256, 256, 3, 1),
  STAGE3_EXPAND_1X1(14, 256, 1024, 1, 1),
  STAGE3_REDUCE_1X1(14, 1024, 256, 1, 1),
  STAGE4_FIRST_1X1(14, 1024, 512, 1, 1),
  STAGE4_STRIDED_3X3(14, 512, 512, 3, 2),
  STAGE4_SHORTCUT_1X1(14, 1024, 2048, 1, 2),
  STAGE4_3X3(7, 512, 512, 3, 1),
  STAGE4_EXPAND_1X1(7, 512, 2048, 1, 1),
  STAGE4_REDUCE_1X1(7, 2048, 512, 1, 1),
  CLASSIFIER(1, 2048, 1000, 1, 1);

  /** Multiply-accumulates from which on a layer is large: what is smaller is a small part of the network's time. */
  static final long LARGE_MACS = 50_000_000;

  private final int inputSide;
  private final int inputChannels;
  private final int outputChannels;
  private final int kernel;
  private final int stride;

  ResNet50Layer(int inputSide, int inputChannels, int outputChannels, int kernel, int stride) {
    this.inputSide = inputSide;
    this.inputChannels = inputChannels;
    this.outputChannels = outputChannels;
    this.kernel = kernel;
    this.stride = stride;
  }

  /** Rows and columns of the input. */
  public int inputSide() {
    return inputSide;
  }

  public int inputChannels() {
    return inputChannels;
  }

  /** Rows and columns of the output. */
  public int outputSide() {
    return (inputSide - 1) / stride + 1;
  }

  public int outputChannels() {
    return outputChannels;
  }

  /** The window, padded so that a stride of 1 keeps the size. */
  public Window window() {
    return new Window(kernel, kernel, stride, stride, 1, 1, kernel / 2, kernel / 2);
  }

  /** Weights of one output channel. */
  public int weightInputs() {
    return kernel * kernel * inputChannels;
  }

  /** Multiply-accumulates of one run. */
  public long macs() {
    return (long) outputSide() * outputSide() * outputChannels * weightInputs();
  }
}
