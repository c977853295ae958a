package org.ptilmpq.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonObjectTest {

  @Test
  void readsValues() {
    JsonObject object =
        JsonObject.parse(
            " {\"s\": \"a\\u00e4\\n\\\"\", \"n\":-1.5e2, \"l\":[{\"i\":7},{}], \"none\":null,\"t\":true} ");
    assertThat(object.string("s")).isEqualTo("aä\n\"");
    assertThat(object.number("n")).isEqualTo(-150);
    assertThat(object.objects("l")).hasSize(2);
    assertThat(object.objects("l").get(0).integer("i")).isEqualTo(7);
    assertThat(object.has("none")).isFalse();
    assertThat(object.has("t")).isTrue();
  }

  @Test
  void quotedStringsAreReadAgain() {
    String string = "\"\\\t\u0001ä/";
    assertThat(JsonObject.parse("{\"s\":" + JsonObject.quoted(string) + "}").string("s")).isEqualTo(string);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "[] | the text is no JSON object",
        "{ | not JSON at character 1: a string is missing",
        "{\"a\" 1} | not JSON at character 5: a colon is missing",
        "{\"a\":1 | not JSON at character 6: an object isn't closed",
        "{\"a\":[1 2]} | not JSON at character 8: a list isn't closed",
        "{\"a\":\"b | not JSON at character 7: a string isn't closed",
        "{\"a\":\"\\u12\"} | not JSON at character 7: an escape is unknown",
        "{\"a\":nul} | not JSON at character 5: it isn't null",
        "{\"a\":.5} | not JSON at character 5: it isn't a value",
        "{\"a\":1,\"a\":2} | not JSON at character 11: \"a\" occurs twice",
        "{} {} | not JSON at character 3: there is more after the value"
      })
  void saysWhereItIsWrong(String text, String message) {
    assertThatThrownBy(() -> JsonObject.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void depthIsBounded() {
    assertThatThrownBy(() -> JsonObject.parse("{\"a\":" + "[".repeat(100_000)))
        .hasMessageContaining("nested deeper than 32");
  }

  @Test
  void saysWhatIsMissing() {
    JsonObject object = JsonObject.parse("{\"a\":1.5}");
    assertThatThrownBy(() -> object.string("a")).hasMessage("the text has no string \"a\"");
    assertThatThrownBy(() -> object.integer("a")).hasMessage("\"a\" of the text is no whole number: 1.5");
    assertThatThrownBy(() -> object.objects("b")).hasMessage("the text has no list \"b\"");
  }
}
