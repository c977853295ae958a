package org.ptilmpq.runtime.image;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * The pixels that libjpeg, inside the JDK's ImageIO, makes of a JPEG: the components of each pixel as stored, brought
 * to RGB by formulas written down here once more, pixel by pixel.
 */
final class ImageIoOracle {

  private ImageIoOracle() {}

  /**
   * Whether the JDK has its own libjpeg, 6b. One that is linked with the system's libjpeg-turbo, as Debian's is,
   * smooths rows itself and estimates other coefficients.
   */
  static boolean isLibjpeg6b() {
    byte[] tall = GoldenPictures.bytes("440-40x64.jpg");
    try {
      byte[] samples = raster(untransformed(tall));
      int row = samples.length / 64;
      for (int i = 1; i < row; i += 3) {
        if (samples[i] != samples[i + row]) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Returns the picture's RGB.
   *
   * @param header gives the picture's colours and sampling
   * @throws IOException if libjpeg refuses the picture
   */
  static byte[] rgb(byte[] jpeg, JpegHeader header) throws IOException {
    int count = header.count();
    byte[] samples = raster(untransformed(jpeg));
    for (int c = 0; c < count; c++) {
      if (header.across(c) == header.mostAcross() && 2 * header.down(c) == header.mostDown()) {
        smoothRows(samples, c, count, header.width(), header.height());
      }
    }
    byte[] rgb = new byte[3 * header.width() * header.height()];
    for (int from = 0, to = 0; from < samples.length; from += count, to += 3) {
      int a = samples[from] & 0xFF;
      int b = count == 1 ? a : samples[from + 1] & 0xFF;
      int c = count == 1 ? a : samples[from + 2] & 0xFF;
      boolean isYcc = header.colors() == JpegHeader.Colors.YCC || header.colors() == JpegHeader.Colors.YCCK;
      int red = isYcc ? clamp(a + (91881 * (c - 128) + 32768 >> 16)) : a;
      int green = isYcc ? clamp(a + (-22554 * (b - 128) - 46802 * (c - 128) + 32768 >> 16)) : b;
      int blue = isYcc ? clamp(a + (116130 * (b - 128) + 32768 >> 16)) : c;
      if (count == 4) {
        int white = samples[from + 3] & 0xFF;
        int inverted = isYcc ? 0 : 255;
        red = ink(red ^ inverted, white);
        green = ink(green ^ inverted, white);
        blue = ink(blue ^ inverted, white);
      }
      rgb[to] = (byte) red;
      rgb[to + 1] = (byte) green;
      rgb[to + 2] = (byte) blue;
    }
    return rgb;
  }

  private static int ink(int ink, int white) {
    int product = ink * white + 128;
    return white - ((product >> 8) + product >> 8);
  }

  private static int clamp(int value) {
    return Math.clamp(value, 0, 255);
  }

  /** Returns the JPEG without markers about colours, except one of Adobe that says "not transformed". */
  private static byte[] untransformed(byte[] jpeg) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {
      (byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    });
    int at = 2;
    while ((jpeg[at + 1] & 0xFF) != 0xDA) {
      int marker = jpeg[at + 1] & 0xFF;
      int end = at + 2 + ((jpeg[at + 2] & 0xFF) << 8 | jpeg[at + 3] & 0xFF);
      if (!(marker >= 0xE0 && marker <= 0xEF) && marker != 0xFE) {
        out.write(jpeg, at, end - at);
      }
      at = end;
    }
    out.write(jpeg, at, jpeg.length - at);
    return out.toByteArray();
  }

  private static byte[] raster(byte[] jpeg) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(jpeg))) {
      reader.addIIOReadWarningListener((source, warning) -> {
        throw new IllegalStateException(warning);
      });
      reader.setInput(in, true, true);
      Raster raster = reader.readRaster(0, null);
      return ((DataBufferByte) raster.getDataBuffer()).getData();
    } finally {
      reader.dispose();
    }
  }

  /** libjpeg 6b repeats rows where only the height is halved; libjpeg-turbo, and with it Pillow, smooths them. */
  private static void smoothRows(byte[] samples, int component, int count, int width, int height) {
    int row = width * count;
    byte[] repeated = samples.clone();
    for (int y = 0; y < height; y++) {
      int far = y % 2 == 0 ? Math.max(y - 1, 0) : y + 1 < height ? y + 1 : y;
      for (int i = component; i < row; i += count) {
        int sum = 3 * (repeated[y * row + i] & 0xFF) + (repeated[far * row + i] & 0xFF);
        samples[y * row + i] = (byte) (sum + 1 + y % 2 >> 2);
      }
    }
  }
}
