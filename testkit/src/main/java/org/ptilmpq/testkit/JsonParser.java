package org.ptilmpq.testkit;

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

  /** Nothing that is read here is nested deeper than some levels. */
  private static final int MAX_DEPTH = 32;

  private final String text;
  private int at;
  private int depth;

  private JsonParser(String text) {
    this.text = text;
  }

  /**
   * Returns a value as Map, List, String, Double, Boolean or null.
   *
   * @throws IllegalArgumentException when the text is no JSON; the message says where
   */
  public static Object parse(String text) {
    JsonParser parser = new JsonParser(text);
    Object value = parser.value();
    parser.space();
    if (parser.at != text.length()) {
      throw parser.wrong("there is more after the value");
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
      throw wrong("a value is missing");
    }
    return switch (text.charAt(at)) {
      case '{' -> fields();
      case '[' -> list();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    deeper();
    if (!next('}')) {
      do {
        space();
        String name = string();
        if (!next(':')) {
          throw wrong("a colon is missing");
        }
        if (fields.containsKey(name)) {
          throw wrong("\"" + name + "\" occurs twice");
        }
        fields.put(name, value());
      } while (next(','));
      if (!next('}')) {
        throw wrong("an object isn't closed");
      }
    }
    depth--;
    return fields;
  }

  private List<Object> list() {
    List<Object> values = new ArrayList<>();
    deeper();
    if (!next(']')) {
      do {
        values.add(value());
      } while (next(','));
      if (!next(']')) {
        throw wrong("a list isn't closed");
      }
    }
    depth--;
    return values;
  }

  private void deeper() {
    at++;
    if (++depth > MAX_DEPTH) {
      throw wrong("values are nested deeper than " + MAX_DEPTH);
    }
  }

  private String string() {
    if (at == text.length() || text.charAt(at) != '"') {
      throw wrong("a string is missing");
    }
    StringBuilder string = new StringBuilder();
    for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
      if (text.charAt(at) < ' ') {
        throw wrong("a control character is in a string");
      }
      string.append(text.charAt(at) == '\\' ? escaped() : text.charAt(at));
    }
    if (at == text.length()) {
      throw wrong("a string isn't closed");
    }
    at++;
    return string.toString();
  }

  private char escaped() {
    at++;
    if (text.startsWith("u", at) && text.substring(at + 1).matches("(?s)[0-9a-fA-F]{4}.*")) {
      at += 4;
      return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
    }
    Character character = at == text.length() ? null : ESCAPES.get(text.charAt(at));
    if (character == null) {
      throw wrong("an escape is unknown");
    }
    return character;
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw wrong("it isn't " + word);
    }
    at += word.length();
    return value;
  }

  private Double number() {
    Matcher matcher = NUMBER.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) {
      throw wrong("it isn't a value");
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
    return new IllegalArgumentException("not JSON at character " + at + ": " + what);
  }
}
