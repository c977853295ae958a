package org.ptilmpq.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.testkit.JsonParser;

class JsonTest {

  @Test
  void writesEveryKindOfValueOnOneLine() {
    Json json =
        new Json()
            .put("text", "a")
            .put("flag", true)
            .put("int", -3)
            .put("long", 1L << 40)
            .put("list", List.of(1, "b", new Json().put("c", null)))
            .put("none", OptionalLong.empty())
            .put("some", OptionalLong.of(5))
            .put("half", OptionalDouble.of(0.5))
            .put("empty", new Json());
    assertThat(json.toString())
        .isEqualTo(
            "{\"text\":\"a\",\"flag\":true,\"int\":-3,\"long\":1099511627776,\"list\":[1,\"b\",{\"c\":null}],"
                + "\"none\":null,\"some\":5,\"half\":0.5,\"empty\":{}}");
    assertThat(JsonParser.object(json.toString())).containsEntry("half", 0.5).hasSize(9);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quote \" backslash \\ slash /", "tab\tline\r\nnull\0bell\u0007del\u007f", "Käse №1 日本 \ud83d\ude80"
      })
  void textComesBackAsItWas(String text) {
    String json = new Json().put(text, text).toString();
    assertThat(json).matches("[ -~]*");
    assertThat(JsonParser.object(json)).containsExactlyEntriesOf(Map.of(text, text));
  }

  @Test
  void floatsComeBackToTheBit() {
    float[] values = {0.1f, -0f, Float.MIN_VALUE, Float.MAX_VALUE, 1e-10f, 123456789f, 26.963045f};
    for (float value : values) {
      Object read = JsonParser.object(new Json().put("v", value).toString()).get("v");
      assertThat(((Double) read).floatValue()).isEqualTo(value);
    }
    double[] doubles = {0.1, Double.MIN_VALUE, Double.MAX_VALUE, 1e100, 1 / 3.0};
    for (double value : doubles) {
      assertThat(JsonParser.object(new Json().put("v", value).toString())).containsEntry("v", value);
    }
  }

  @Test
  void whatJsonHasNoNumberForIsNull() {
    List<Number> values =
        Arrays.asList(Float.NaN, Double.NaN, Float.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0);
    assertThat(new Json().put("v", values).toString()).isEqualTo("{\"v\":[null,null,null,null,0.0]}");
  }

  @Test
  void refusesWhatIsNoJson() {
    assertThatThrownBy(() -> new Json().put("a", 1).put("a", 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Json().put("a", new int[1])).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Json().put("a", List.of(new Object()))).isInstanceOf(IllegalArgumentException.class);
  }
}
