package org.ptilmpq.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A number for each of the channels red, green and blue: "123.675,116.28,103.53", or one number for all three.
 *
 * @param values three finite numbers
 */
record ChannelValues(float[] values) {

  /** Reads the text of the command line. */
  static final class Converter implements ITypeConverter<ChannelValues> {

    @Override
    public ChannelValues convert(String text) {
      String[] parts = text.split(",", -1);
      if (parts.length != 1 && parts.length != 3) {
        throw new TypeConversionException("\"" + text + "\" is neither one number nor three with commas between");
      }
      float[] values = new float[3];
      for (int c = 0; c < values.length; c++) {
        values[c] = number(parts[parts.length == 1 ? 0 : c]);
      }
      return new ChannelValues(values);
    }

    private static float number(String text) {
      float value;
      try {
        value = Float.parseFloat(text.strip());
      } catch (NumberFormatException e) {
        throw new TypeConversionException("\"" + text + "\" is not a number");
      }
      if (!Float.isFinite(value)) {
        throw new TypeConversionException("\"" + text + "\" is not a finite number");
      }
      return value;
    }
  }
}
