package org.ptilmpq.runtime.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.util.Arrays;

/**
 * Pictures of {@code java.awt}, for programs that have them anyway. The one class that needs the module {@code
 * java.desktop}: nothing else loads it.
 */
public final class AwtPictures {

  private AwtPictures() {}

  /**
   * Returns a copy in 8-bit RGB, with the pixels that {@link PictureDecoder} gives for the same picture encoded as PNG:
   * colour profiles and transparency are ignored, 16-bit samples keep their high byte.
   *
   * @throws PictureException if it has more pixels than one array holds in RGB
   */
  public static Picture of(BufferedImage image) throws PictureException {
    int width = image.getWidth();
    int height = image.getHeight();
    if ((long) width * height > DecodeLimits.MAX_PIXELS) {
      throw new PictureException(
          "picture of " + width + " × " + height + " pixels: more than the " + DecodeLimits.MAX_PIXELS
              + " that fit an array; make it smaller first");
    }
    byte[] rgb = new byte[3 * width * height];
    if (hasPlainSamples(image.getColorModel())) {
      copySamples(image, rgb);
    } else {
      copyColours(image, rgb);
    }
    return new Picture(width, height, rgb);
  }

  /**
   * Whether samples are what they are in a file. {@link BufferedImage#getRGB} would brighten grey ones, whose colour
   * space Java takes for linear.
   */
  private static boolean hasPlainSamples(ColorModel model) {
    int space = model.getColorSpace().getType();
    int type = model.getTransferType();
    return model instanceof ComponentColorModel
        && !model.isAlphaPremultiplied()
        && (space == ColorSpace.TYPE_GRAY || space == ColorSpace.TYPE_RGB)
        && (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT)
        && Arrays.stream(model.getComponentSize()).allMatch(bits -> bits == DataBuffer.getDataTypeSize(type));
  }

  private static void copySamples(BufferedImage image, byte[] rgb) {
    int width = image.getWidth();
    int bands = image.getRaster().getNumBands();
    ColorModel model = image.getColorModel();
    boolean isGrey = model.getNumColorComponents() == 1;
    int shift = model.getComponentSize(0) - Byte.SIZE;
    int[] row = new int[width * bands];
    for (int y = 0, to = 0; y < image.getHeight(); y++) {
      image.getRaster().getPixels(0, y, width, 1, row);
      for (int from = 0; from < row.length; from += bands) {
        for (int c = 0; c < 3; c++) {
          rgb[to++] = (byte) (row[isGrey ? from : from + c] >> shift);
        }
      }
    }
  }

  private static void copyColours(BufferedImage image, byte[] rgb) {
    int width = image.getWidth();
    int[] row = new int[width];
    for (int y = 0, to = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int colour : row) {
        rgb[to++] = (byte) (colour >> 16);
        rgb[to++] = (byte) (colour >> 8);
        rgb[to++] = (byte) colour;
      }
    }
  }
}
