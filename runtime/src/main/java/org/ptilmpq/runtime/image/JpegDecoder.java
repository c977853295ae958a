package org.ptilmpq.runtime.image;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes a JPEG's samples with the JDK's reader, which is libjpeg, and converts them to RGB itself. The reader gets a
 * stream of its own: the tables and scans of the file behind an Adobe marker that says "not transformed". So it never
 * sees colour profiles, EXIF or comments, applies no guess of its own about colours, and hands out every component as
 * stored.
 *
 * <p>A reader is kept for the next picture. Each new one leaves a record in the JDK that a collection of the whole heap
 * alone takes away, and a stream of pictures comes to none for hours. Any number of threads may use the decoder; those that
 * come at the same time get a reader of their own.
 */
final class JpegDecoder {

  /** SOI, then the Adobe marker: version 100, flags 0 and 0, transform 0. */
  private static final byte[] START = {
    (byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
  };

  private final AtomicReference<ImageReader> idle = new AtomicReference<>();

  /**
   * The picture as stored, not turned upright.
   *
   * @param header of these bytes, its size within the limits
   * @throws PictureException if the data is damaged
   */
  Picture decode(byte[] jpeg, JpegHeader header) throws PictureException {
    byte[] samples = samples(jpeg, header);
    JpegUpsampling.smoothDoubledRows(samples, header);
    return new Picture(header.width(), header.height(), JpegColors.toRgb(samples, header.colors()));
  }

  /** The components of each pixel next to each other, as stored. */
  private byte[] samples(byte[] jpeg, JpegHeader header) throws PictureException {
    List<String> warnings = new ArrayList<>();
    ImageReader reader = takeReader();
    boolean sound = false;
    try (ImageInputStream in = new JoinedInput(START, header.tables(), jpeg, header.firstScan(), header.end())) {
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(in, true, true);
      Raster raster = reader.readRaster(0, null);
      refuseDamage(warnings);
      byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
      if (raster.getWidth() != header.width() || raster.getHeight() != header.height()
          || samples.length != header.sampling().length * header.width() * header.height()) {
        throw new PictureException("damaged JPEG: decoded to another size than its header says");
      }
      sound = true;
      return samples;
    } catch (PictureException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Beside IIOException, the reader answers damaged data with whatever its code runs into: IllegalArgument-,
      // ArrayIndexOutOfBounds-, NegativeArraySizeException and others. The input is all in memory and the only thing
      // that varies, so each of them means a damaged picture.
      throw new PictureException("damaged JPEG: " + (e.getMessage() == null ? e : e.getMessage()), e);
    } finally {
      giveBack(reader, sound);
    }
  }

  private ImageReader takeReader() {
    ImageReader reader = idle.getAndSet(null);
    return reader == null ? newReader() : reader;
  }

  /** A reader that failed may be in any state, and isn't used again. */
  private void giveBack(ImageReader reader, boolean sound) {
    if (sound) {
      reader.removeAllIIOReadWarningListeners();
      reader.setInput(null);
    }
    if (!sound || !idle.compareAndSet(null, reader)) {
      reader.dispose();
    }
  }

  /**
   * libjpeg fills what it can't decode with grey and only warns. A class for half a picture is a wrong result, so such
   * a picture is refused. Stray bytes just before the end (EOI, FFD9), which some cameras leave, cost no pixel and are
   * let through; anywhere else they could hide damage behind them, since libjpeg reports its first warning alone.
   */
  private static void refuseDamage(List<String> warnings) throws PictureException {
    for (String warning : warnings) {
      if (!warning.contains("extraneous bytes before marker 0xd9")) {
        throw new PictureException("damaged JPEG: " + warning);
      }
    }
  }

  /** The JDK's own reader, whatever other plug-ins an application has on its class path. */
  private static ImageReader newReader() {
    for (Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg"); readers.hasNext(); ) {
      ImageReader reader = readers.next();
      if (reader.getClass().getModule() == ImageIO.class.getModule()) {
        return reader;
      }
    }
    throw new IllegalStateException("this Java runtime has no JPEG reader in its java.desktop module");
  }
}
