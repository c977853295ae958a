package org.ptilmpq.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A JSON object on one line, in ASCII whatever the terminal's encoding, as RFC 8259 says. Floats are printed with
 * enough digits to tell them apart, so that equal text is equal bits; values that JSON has no number for (NaN,
 * infinities) become null.
 */
public final class Json {

  private final Map<String, Object> fields = new LinkedHashMap<>();

  /**
   * Adds a field.
   *
   * @param value a string, boolean, number, {@link Json}, list of these, empty or full optional, or null
   * @throws IllegalArgumentException when the name was added before, or the value is of another type
   */
  public Json put(String name, Object value) {
    if (fields.containsKey(name)) {
      throw new IllegalArgumentException("\"" + name + "\" is there already");
    }
    write(value, new StringBuilder());
    fields.put(name, value);
    return this;
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    write(this, out);
    return out.toString();
  }

  /** Returns a text as JSON writes it, quotation marks included. */
  public static String quoted(String text) {
    StringBuilder out = new StringBuilder();
    writeText(text, out);
    return out.toString();
  }

  private static void write(Object value, StringBuilder out) {
    switch (value) {
      case null -> out.append("null");
      case Json object -> writeObject(object, out);
      case List<?> list -> writeList(list, out);
      case String text -> writeText(text, out);
      case Boolean flag -> out.append(flag);
      case Integer number -> out.append(number);
      case Long number -> out.append(number);
      case Float number -> out.append(Float.isFinite(number) ? number.toString() : "null");
      case Double number -> out.append(Double.isFinite(number) ? number.toString() : "null");
      case OptionalLong number -> out.append(number.isPresent() ? Long.toString(number.getAsLong()) : "null");
      case OptionalDouble number -> write(number.isPresent() ? number.getAsDouble() : null, out);
      default -> throw new IllegalArgumentException("JSON has no form for " + value.getClass());
    }
  }

  private static void writeObject(Json object, StringBuilder out) {
    String separator = "{";
    for (Map.Entry<String, Object> field : object.fields.entrySet()) {
      out.append(separator);
      writeText(field.getKey(), out);
      out.append(':');
      write(field.getValue(), out);
      separator = ",";
    }
    out.append(object.fields.isEmpty() ? "{}" : "}");
  }

  private static void writeList(List<?> list, StringBuilder out) {
    out.append('[');
    for (int i = 0; i < list.size(); i++) {
      out.append(i == 0 ? "" : ",");
      write(list.get(i), out);
    }
    out.append(']');
  }

  private static void writeText(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
