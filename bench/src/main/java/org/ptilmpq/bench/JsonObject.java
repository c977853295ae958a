package org.ptilmpq.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The fields of a JSON object, with errors that name what is missing.
 *
 * @param place where it is, for errors: {@code rows[3]}
 */
record JsonObject(String place, Map<?, ?> fields) {

  /**
   * @throws IllegalArgumentException when the value is no object
   */
  static JsonObject of(String place, Object value) {
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
}
