package org.ptilmpq.cli;

import org.ptilmpq.format.Preprocessing;

/**
 * The values of {@code --preprocess}: the preprocessing that a family of models was trained with, pixels 0…255 in RGB
 * order.
 */
public enum PreprocessingForm {
  /** ImageNet models of torchvision, timm and Keras' "torch" mode. */
  TORCHVISION(256, 224, new float[] {123.675f, 116.28f, 103.53f}, new float[] {58.395f, 57.12f, 57.375f}),
  /** ImageNet means subtracted and nothing divided, as Caffe's and Keras' ResNets take it; in RGB order here. */
  CAFFE(256, 224, new float[] {123.68f, 116.779f, 103.939f}, new float[] {1, 1, 1}),
  /** Pixels as they are. */
  RAW(0, 0, new float[] {0, 0, 0}, new float[] {1, 1, 1});

  private final int resize;
  private final int crop;
  private final float[] mean;
  private final float[] std;

  PreprocessingForm(int resize, int crop, float[] mean, float[] std) {
    this.resize = resize;
    this.crop = crop;
    this.mean = mean;
    this.std = std;
  }

  /** Returns the length of the shorter side and what is done to each channel. */
  public Preprocessing preprocessing() {
    return new Preprocessing(resize, mean.clone(), std.clone());
  }

  /** Returns the side of the centre crop in pixels, 0 for the model's own input size. */
  public int crop() {
    return crop;
  }
}
