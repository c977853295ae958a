package org.ptilmpq.bench;

import java.util.List;

/**
 * One layer's time in a whole network.
 *
 * @param method the kernel that computed it
 * @param milliseconds mean of a run
 * @param macs multiply-accumulates, 0 for layers without weights
 * @param bits of its weights, on average
 */
record LayerLatency(String name, String method, double milliseconds, long macs, double bits) {

  /**
   * Reads what {@code ptilmpq benchmark MODEL.pq --layers --json} writes.
   *
   * @throws IllegalArgumentException when it is something else; the message says what is missing
   */
  static List<LayerLatency> parse(String json) {
    JsonObject benchmark = JsonText.object(json);
    if (!benchmark.has("layers")) {
      throw new IllegalArgumentException("there is no list \"layers\": benchmark needs --layers");
    }
    return benchmark.objects("layers").stream()
        .map(
            layer ->
                new LayerLatency(
                    layer.string("name"),
                    layer.string("method"),
                    layer.number("ms"),
                    layer.integer("macs"),
                    layer.number("bits")))
        .toList();
  }
}
