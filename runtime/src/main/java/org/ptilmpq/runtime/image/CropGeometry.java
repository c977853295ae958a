package org.ptilmpq.runtime.image;

/**
 * Where the network's input lies in a picture: the picture is resized as a whole, and a window of the result is the
 * input. The part of the window outside the resized picture is black.
 *
 * @param width columns of the resized picture
 * @param height rows of the resized picture
 * @param left the window's first column in it; negative if the picture is narrower
 * @param top the window's first row in it; negative if the picture is lower
 */
record CropGeometry(long width, long height, long left, long top) {

  /**
   * The resize and centre crop that classifiers are trained with.
   *
   * <p>Sizes are those of Python's {@code k = resize / min(w, h); int(w * k), int(h * k)}: one rounded factor,
   * truncated products, so that the shorter side is sometimes a pixel short of {@code resize}. The window is
   * torchvision's {@code CenterCrop}: halves of pixels round to even when cutting, and down when padding.
   *
   * @param resize length of the shorter side, or 0 to keep the size
   */
  static CropGeometry of(int pictureWidth, int pictureHeight, int resize, int cropWidth, int cropHeight) {
    double k = resize == 0 ? 1 : (double) resize / Math.min(pictureWidth, pictureHeight);
    long width = Math.max(1, (long) (pictureWidth * k));
    long height = Math.max(1, (long) (pictureHeight * k));
    return new CropGeometry(width, height, start(width, cropWidth), start(height, cropHeight));
  }

  private static long start(long side, int crop) {
    return side < crop ? -((crop - side) / 2) : (long) Math.rint((side - crop) / 2.0);
  }
}
