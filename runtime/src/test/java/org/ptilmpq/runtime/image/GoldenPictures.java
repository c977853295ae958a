package org.ptilmpq.runtime.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The pictures that {@code src/test/golden/make_pictures.py} drew, and what Pillow made of them. */
final class GoldenPictures {

  private GoldenPictures() {}

  static byte[] bytes(String file) {
    try (InputStream in = GoldenPictures.class.getResourceAsStream("/golden/pictures/" + file)) {
      if (in == null) {
        throw new AssertionError("no golden file " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The tab-separated rows of a table. */
  static List<String[]> table(String file) {
    return new String(bytes(file), StandardCharsets.UTF_8).lines().map(line -> line.split("\t")).toList();
  }

  /** Names of all pictures, none left out. */
  static List<String> names() {
    return table("pictures.tsv").stream().map(row -> row[0]).toList();
  }

  /** The script's {@code noise(width, height)}. */
  static Picture noise(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    int state = 1;
    for (int i = 0; i < rgb.length; i++) {
      state = state * 1103515245 + 12345 & 0x7FFFFFFF;
      rgb[i] = (byte) (state >> 16);
    }
    return new Picture(width, height, rgb);
  }

  /** A window of the resized picture, as RGB. */
  static byte[] resized(Picture picture, Resizer.CropGeometry geometry, int width, int height) {
    Resizer resizer = new Resizer();
    resizer.start(picture, geometry, width, height);
    byte[] all = new byte[3 * width * height];
    byte[] row = new byte[3 * width];
    for (int y = 0; y < height; y++) {
      resizer.row(y, row);
      System.arraycopy(row, 0, all, y * row.length, row.length);
    }
    return all;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }
}
