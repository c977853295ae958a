package org.ptilmpq.cli.run.stream;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** JPEG pictures that tests draw. */
public final class Jpegs {

  private Jpegs() {}

  /** Returns a picture of a single colour, which a network that uses means can tell. */
  public static byte[] plain(int width, int height, int rgb) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, rgb);
    }
    return encode(image, false);
  }

  public static byte[] noise(int width, int height, boolean progressive, RandomGenerator random) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, random.nextInt());
    }
    return encode(image, progressive);
  }

  /** Returns a picture with an EXIF segment added that holds another JPEG, as cameras' thumbnails are stored. */
  public static byte[] withThumbnail(byte[] jpeg, byte[] thumbnail) {
    byte[] exif = {'E', 'x', 'i', 'f', 0, 0};
    int length = 2 + exif.length + thumbnail.length;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xE1, (byte) (length >> 8), (byte) length});
    out.writeBytes(exif);
    out.writeBytes(thumbnail);
    out.writeBytes(Arrays.copyOfRange(jpeg, 2, jpeg.length));
    return out.toByteArray();
  }

  /** Returns a picture with an index of {@code pictures}, itself the first (CIPA DC-007), in either byte order. */
  public static byte[] withIndex(byte[] jpeg, int pictures, boolean isLittleEndian) {
    ByteBuffer index = ByteBuffer.allocate(4 + 8 + 2 + 2 * 12 + 4);
    index.put(new byte[] {'M', 'P', 'F', 0});
    index.order(isLittleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    index.putShort((short) (isLittleEndian ? 0x4949 : 0x4D4D)).putShort((short) 42).putInt(8).putShort((short) 2);
    index.putShort((short) 0xB000).putShort((short) 7).putInt(4).put(new byte[] {'0', '1', '0', '0'});
    index.putShort((short) 0xB001).putShort((short) 4).putInt(1).putInt(pictures);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xE2, 0, (byte) (2 + index.capacity())});
    out.writeBytes(index.array());
    out.writeBytes(Arrays.copyOfRange(jpeg, 2, jpeg.length));
    return out.toByteArray();
  }

  private static byte[] encode(BufferedImage image, boolean progressive) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setProgressiveMode(
          progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } catch (IOException e) {
      throw new AssertionError(e);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }
}
