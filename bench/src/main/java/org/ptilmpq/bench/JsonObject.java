package org.ptilmpq.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ptilmpq.testkit.JsonParser;

/**
 * The fields of a JSON object, such as {@code sweep} and the command line's {@code benchmark} write, with errors that
 * name what is missing.
 *
 * @param place where it is, for errors: {@code rows[3]}
 */
record JsonObject(String place, Map<?, ?> fields) {

  /**
   * Reads an object.
   *
   * @throws IllegalArgumentException when the text is no JSON object; the message says where
   */
  static JsonObject parse(String text) {
    return of("the text", JsonParser.parse(text));
  }

  private static JsonObject of(String place, Object value) {
    if (value instanceof Map<?, ?> fields) {
      return new JsonObject(place, fields);
    }
    throw new IllegalArgumentException(place + " is no JSON object");
  }

  boolean has(String name) {
    return fields.get(name) != null;
  }

  String string(String name) {
    return field(name, String.class, "string");
  }

  double number(String name) {
    return field(name, Double.class, "number");
  }

  /** A whole number that a double holds. */
  long integer(String name) {
    double number = number(name);
    if (number != Math.rint(number) || Math.abs(number) > 1L << 53) {
      throw new IllegalArgumentException("\"" + name + "\" of " + place + " is no whole number: " + number);
    }
    return (long) number;
  }

  /** A list of objects. */
  List<JsonObject> objects(String name) {
    List<JsonObject> objects = new ArrayList<>();
    for (Object value : field(name, List.class, "list")) {
      objects.add(of(name + "[" + objects.size() + "]", value));
    }
    return objects;
  }

  private <T> T field(String name, Class<T> type, String kind) {
    Object value = fields.get(name);
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(place + " has no " + kind + " \"" + name + "\"");
    }
    return type.cast(value);
  }

  /** Returns a string in quotation marks, as JSON writes it. */
  static String quoted(String string) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : string.toCharArray()) {
      if (c < ' ') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c == '"' || c == '\\' ? "\\" : "").append(c);
      }
    }
    return out.append('"').toString();
  }
}
