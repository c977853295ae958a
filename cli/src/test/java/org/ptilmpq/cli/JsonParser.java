package org.ptilmpq.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one JSON value strictly as RFC 8259 defines it, so that tests notice output that isn't JSON. */
public final class JsonParser {

  private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");
  private static final Map<Character, Character> ESCAPES =
      Map.of('"', '"', '\\', '\\', '/', '/', 'b', '\b', 'f', '\f', 'n', '\n', 'r', '\r', 't', '\t');

  private final String text;
  private int at;

  private JsonParser(String text) {
    this.text = text;
  }

  /** Returns a value as Map, List, String, Double, Boolean or null. */
  public static Object parse(String text) {
    JsonParser parser = new JsonParser(text);
    Object value = parser.value();
    parser.space();
    if (parser.at != text.length()) {
      throw parser.wrong("more than one value");
    }
    return value;
  }

  /** Returns the fields of an object. */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> object(String text) {
    return (Map<String, Object>) parse(text);
  }

  private Object value() {
    space();
    if (at == text.length()) {
      throw wrong("no value");
    }
    return switch (text.charAt(at)) {
      case '{' -> object();
      case '[' -> list();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, Object> object() {
    Map<String, Object> fields = new LinkedHashMap<>();
    at++;
    if (next('}')) {
      return fields;
    }
    do {
      space();
      String name = string();
      if (!next(':')) {
        throw wrong("no colon");
      }
      if (fields.containsKey(name)) {
        throw wrong("\"" + name + "\" twice");
      }
      fields.put(name, value());
    } while (next(','));
    if (!next('}')) {
      throw wrong("object not closed");
    }
    return fields;
  }

  private List<Object> list() {
    List<Object> values = new ArrayList<>();
    at++;
    if (next(']')) {
      return values;
    }
    do {
      values.add(value());
    } while (next(','));
    if (!next(']')) {
      throw wrong("list not closed");
    }
    return values;
  }

  private String string() {
    if (at == text.length() || text.charAt(at) != '"') {
      throw wrong("no string");
    }
    StringBuilder string = new StringBuilder();
    for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
      char c = text.charAt(at);
      if (c < ' ') {
        throw wrong("control character in a string");
      }
      string.append(c == '\\' ? escaped() : c);
    }
    if (at == text.length()) {
      throw wrong("string not closed");
    }
    at++;
    return string.toString();
  }

  private char escaped() {
    at++;
    if (at < text.length() && text.charAt(at) == 'u' && at + 4 < text.length()) {
      at += 4;
      return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
    }
    if (at == text.length() || !ESCAPES.containsKey(text.charAt(at))) {
      throw wrong("unknown escape");
    }
    return ESCAPES.get(text.charAt(at));
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw wrong("not " + word);
    }
    at += word.length();
    return value;
  }

  private Double number() {
    Matcher matcher = NUMBER.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) {
      throw wrong("not a value");
    }
    at = matcher.end();
    return Double.valueOf(matcher.group());
  }

  private boolean next(char c) {
    space();
    boolean found = at < text.length() && text.charAt(at) == c;
    at += found ? 1 : 0;
    return found;
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(what + " at character " + at + " of " + text);
  }
}
