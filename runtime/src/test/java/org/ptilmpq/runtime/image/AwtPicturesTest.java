package org.ptilmpq.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.testkit.Seeds;

/** A picture of {@code java.awt} is what the decoder makes of it as a PNG. */
class AwtPicturesTest {

  private final RandomGenerator random = Seeds.random("AwtPicturesTest", 3);

  /** All types that are written to PNG with the samples they have. */
  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_BGR,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_BYTE_GRAY,
        BufferedImage.TYPE_USHORT_GRAY,
        BufferedImage.TYPE_BYTE_BINARY,
        BufferedImage.TYPE_BYTE_INDEXED
      })
  void pixelsAreThoseOfTheDecodedPng(int type) throws Exception {
    BufferedImage image = new BufferedImage(23, 17, type);
    if (image.getColorModel() instanceof ComponentColorModel) {
      fillSamples(image);
    } else {
      fillColours(image);
    }
    assertEqualsItsPng(image);
  }

  /** What readers of PNG make of 16-bit colours, of grey with alpha, and of colours with alpha. */
  @ParameterizedTest
  @CsvSource({"true, false", "true, true", "false, false", "false, true"})
  void samplesOfCustomTypesAreThoseOfTheDecodedPng(boolean isGrey, boolean isShort) throws Exception {
    for (boolean hasAlpha : new boolean[] {false, true}) {
      ColorSpace colours = ColorSpace.getInstance(isGrey ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB);
      int transparency = hasAlpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE;
      int type = isShort ? DataBuffer.TYPE_USHORT : DataBuffer.TYPE_BYTE;
      ColorModel model = new ComponentColorModel(colours, hasAlpha, false, transparency, type);
      BufferedImage image = new BufferedImage(model, model.createCompatibleWritableRaster(23, 17), false, null);
      fillSamples(image);
      assertEqualsItsPng(image);
    }
  }

  /** Its rows are not next to each other, and don't begin at the first byte. */
  @Test
  void aPartOfAPictureHasThePartsPixels() throws Exception {
    for (int type : new int[] {BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_INT_RGB}) {
      BufferedImage whole = new BufferedImage(31, 29, type);
      fillColours(whole);
      assertEqualsItsPng(whole.getSubimage(5, 7, 11, 13));
    }
  }

  @Test
  void premultipliedColoursAreDivided() throws Exception {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_4BYTE_ABGR_PRE);
    image.setRGB(0, 0, 0x80FF8000);
    int colour = image.getRGB(0, 0);
    assertThat(colour >> 16 & 0xFF).isGreaterThan(250);
    assertThat(AwtPictures.of(image).rgb())
        .containsExactly((byte) (colour >> 16), (byte) (colour >> 8), (byte) colour);
  }

  /** Its pixels all are the same byte, so that the heap has room for them. */
  @Test
  void morePixelsThanAnArrayHoldsAreRefused() {
    int side = 27_000;
    ComponentSampleModel samples = new ComponentSampleModel(DataBuffer.TYPE_BYTE, side, side, 0, 0, new int[] {0});
    WritableRaster raster = Raster.createWritableRaster(samples, new DataBufferByte(1), null);
    ColorModel grey =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_GRAY), false, false, Transparency.OPAQUE, DataBuffer.TYPE_BYTE);
    BufferedImage image = new BufferedImage(grey, raster, false, null);
    assertThatThrownBy(() -> AwtPictures.of(image))
        .isInstanceOf(PictureException.class)
        .hasMessageStartingWith("picture of 27000 × 27000 pixels: more than the 715827877 ");
  }

  private void fillSamples(BufferedImage image) {
    WritableRaster raster = image.getRaster();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        for (int band = 0; band < raster.getNumBands(); band++) {
          raster.setSample(x, y, band, random.nextInt(1 << raster.getSampleModel().getSampleSize(band)));
        }
      }
    }
  }

  private void fillColours(BufferedImage image) {
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
  }

  private static void assertEqualsItsPng(BufferedImage image) throws Exception {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, "png", png)).isTrue();
    Picture expected = new PictureDecoder().decode(png.toByteArray());
    Picture picture = AwtPictures.of(image);
    assertThat(picture.width()).isEqualTo(expected.width());
    assertThat(picture.height()).isEqualTo(expected.height());
    assertThat(picture.rgb()).isEqualTo(expected.rgb());
  }
}
