package org.ptilmpq.cli.quantize;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The value of {@code --bits}: one width, or the higher and the lower of two.
 *
 * @param high the higher width, or the only one
 * @param low the lower width, or the only one
 * @param pair whether two were given
 */
record Widths(int high, int low, boolean pair) {

  private static final int MOST = 8;

  /** Reads "8" or "4,2". */
  static final class Converter implements ITypeConverter<Widths> {
    @Override
    public Widths convert(String text) {
      String[] parts = text.split(",", -1);
      if (parts.length > 2) {
        throw new TypeConversionException("'" + text + "' is more than a higher and a lower width");
      }
      int high = width(parts[0]);
      int low = width(parts[parts.length - 1]);
      if (low > high) {
        throw new TypeConversionException("the higher width comes first: " + low + "," + high);
      }
      return new Widths(high, low, parts.length == 2);
    }

    private static int width(String text) {
      try {
        int width = Integer.parseInt(text);
        if (width >= 1 && width <= MOST) {
          return width;
        }
      } catch (NumberFormatException e) {
        // Reported below in the same words.
      }
      throw new TypeConversionException("bits are 1 to " + MOST + ", not '" + text + "'");
    }
  }
}
