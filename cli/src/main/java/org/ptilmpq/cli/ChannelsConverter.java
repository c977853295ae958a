package org.ptilmpq.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** "123.675,116.28,103.53", or one number for all three channels. */
final class ChannelsConverter implements ITypeConverter<float[]> {

  @Override
  public float[] convert(String text) {
    String[] parts = text.split(",", -1);
    if (parts.length != 1 && parts.length != 3) {
      throw new TypeConversionException("\"" + text + "\" is neither one number nor three with commas between");
    }
    float[] values = new float[3];
    for (int c = 0; c < 3; c++) {
      values[c] = number(parts[parts.length == 1 ? 0 : c]);
    }
    return values;
  }

  private static float number(String text) {
    try {
      float value = Float.parseFloat(text.strip());
      if (Float.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new TypeConversionException("\"" + text + "\" is not a number");
    }
    throw new TypeConversionException("\"" + text + "\" is not a finite number");
  }
}
