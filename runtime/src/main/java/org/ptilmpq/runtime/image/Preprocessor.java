package org.ptilmpq.runtime.image;

import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.kernels.TensorMemory;

/**
 * Turns pictures into one network's input, exactly as the network was trained: shorter side resized, centre cut out,
 * (pixel − mean) / std. Everything is decided when it is created: what remains per picture is the resize, and one
 * look-up per value.
 *
 * <p>A network of one channel gets Pillow's grey, L = (19595 R + 38470 G + 7471 B + 32768) / 65536 rounded down (ITU-R
 * BT.601 weights in 16-bit fixed point), of the resized pixels, with the first mean and std.
 *
 * <p>Buffers are kept from picture to picture, so that pictures no larger than those before allocate nothing. Not for
 * use by several threads at once.
 */
public final class Preprocessor {

  private final int resize;
  private final int height;
  private final int width;
  private final int channels;

  /** The real input for each pixel value, 256 per channel. */
  private final float[] real;

  /** The input byte for each pixel value, 256 per channel; null if the input is not 8-bit. */
  private final byte[] quantized;

  private final Resizer resizer = new Resizer();
  private final byte[] row;

  /** The geometry of the previous picture, whose size is below. */
  private Resizer.CropGeometry geometry;

  private int lastWidth;
  private int lastHeight;

  /**
   * Creates a preprocessor for one network.
   *
   * @param preprocessing from the model
   * @param input the network's input: 1 or 3 channels; {@link #quantize} needs it to be {@link Tensor.Type#INT8}
   * @throws IllegalArgumentException if the two don't make an input for pictures
   */
  public Preprocessor(Preprocessing preprocessing, Tensor input) {
    if (input.channels() != 1 && input.channels() != 3) {
      throw new IllegalArgumentException("a picture has 1 or 3 channels, the input " + input.channels());
    }
    this.resize = preprocessing.resize();
    this.height = input.height();
    this.width = input.width();
    this.channels = input.channels();
    this.row = new byte[Math.multiplyExact(3, width)];
    this.real = new float[256 * channels];
    this.quantized = input.type() == Tensor.Type.INT8 ? new byte[256 * channels] : null;
    if (resize < 0 || preprocessing.mean().length < channels || preprocessing.std().length < channels) {
      throw new IllegalArgumentException("a resize of " + resize + ", or too few means or stds");
    }
    for (int c = 0; c < channels; c++) {
      for (int p = 0; p < 256; p++) {
        double value = (p - (double) preprocessing.mean()[c]) / preprocessing.std()[c];
        real[256 * c + p] = (float) value;
        if (quantized != null) {
          double steps = Math.rint(value / input.scale()) + input.zeroPoint();
          quantized[256 * c + p] = (byte) Math.clamp(steps, -128.0, 127.0);
        }
      }
    }
  }

  /**
   * The smallest shorter side that a picture may be shrunk to before it comes here: twice what it is resized to, so
   * that the resize leaves little trace of it. 0 if pictures keep their size, and so mustn't be shrunk.
   */
  public int leastSide() {
    return 2 * resize;
  }

  /**
   * Upper bound of this object's buffers in bytes after pictures of this size, as stored or turned.
   *
   * @param pictureWidth columns of the picture
   * @param pictureHeight rows of the picture
   */
  public long bufferBytes(int pictureWidth, int pictureHeight) {
    return Resizer.bytes(pictureWidth, pictureHeight, geometry(pictureWidth, pictureHeight), width, height)
        + row.length
        + 5L * real.length;
  }

  /**
   * Writes the input tensor: height × width × channels bytes, channels next to each other. For a pixel value p each is
   * clamp(round(((p − mean) / std) / scale) + zeroPoint, −128, 127), in double arithmetic on the file's floats, halves
   * rounded to even.
   *
   * @param tensors gets the bytes
   * @param offset where they start in its arena
   * @throws IllegalStateException if the input is not 8-bit
   */
  public void quantize(Picture picture, TensorMemory tensors, int offset) {
    if (quantized == null) {
      throw new IllegalStateException("the network's input is not 8-bit");
    }
    start(picture);
    int rowBytes = width * channels;
    for (int y = 0; y < height; y++) {
      resizer.row(y, row);
      quantizeRow();
      tensors.write(row, 0, offset + y * rowBytes, rowBytes);
    }
  }

  /** Turns the row's pixels into input bytes, in their place or before it. */
  private void quantizeRow() {
    if (channels == 3) {
      for (int i = 0; i < row.length; i += 3) {
        row[i] = quantized[row[i] & 0xFF];
        row[i + 1] = quantized[256 + (row[i + 1] & 0xFF)];
        row[i + 2] = quantized[512 + (row[i + 2] & 0xFF)];
      }
    } else {
      for (int i = 0; i < row.length; i += 3) {
        row[i / 3] = quantized[grey(i)];
      }
    }
  }

  /**
   * Returns the input as real numbers, for the float network: channels × height × width, each (p − mean) / std computed
   * in double and rounded once.
   *
   * @return a new array
   */
  public float[] toFloat(Picture picture) {
    start(picture);
    int plane = Math.multiplyExact(height, width);
    float[] input = new float[Math.multiplyExact(plane, channels)];
    for (int y = 0, at = 0; y < height; y++) {
      resizer.row(y, row);
      for (int x = 0; x < width; x++, at++) {
        if (channels == 1) {
          input[at] = real[grey(3 * x)];
        } else {
          for (int c = 0; c < 3; c++) {
            input[c * plane + at] = real[256 * c + (row[3 * x + c] & 0xFF)];
          }
        }
      }
    }
    return input;
  }

  private void start(Picture picture) {
    resizer.start(picture, geometry(picture.width(), picture.height()), width, height);
  }

  /** Returns the geometry, kept from the previous picture, since pictures of a stream are of one size. */
  private Resizer.CropGeometry geometry(int pictureWidth, int pictureHeight) {
    if (geometry == null || pictureWidth != lastWidth || pictureHeight != lastHeight) {
      geometry = Resizer.CropGeometry.of(pictureWidth, pictureHeight, resize, width, height);
      lastWidth = pictureWidth;
      lastHeight = pictureHeight;
    }
    return geometry;
  }

  private int grey(int i) {
    return (row[i] & 0xFF) * 19595 + (row[i + 1] & 0xFF) * 38470 + (row[i + 2] & 0xFF) * 7471 + 0x8000 >> 16;
  }
}
