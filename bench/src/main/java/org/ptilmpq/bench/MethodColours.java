package org.ptilmpq.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A colour for each kernel method, the same in every picture where the method is a product of this project. */
final class MethodColours {

  /** Distinguishable with the common colour deficiencies (Okabe and Ito 2008). */
  private static final Map<String, String> PRODUCTS =
      Map.of(ProductLimit.LOOK_UP, "#0072b2", ProductLimit.FP32_LANES, "#d55e00");

  private static final List<String> OTHERS = List.of("#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#777777");

  private final Map<String, String> colours = new LinkedHashMap<>();

  /**
   * @param methods in the order of the legend; beyond those known and five more, they are all grey
   */
  MethodColours(List<String> methods) {
    int other = 0;
    for (String method : methods) {
      if (!colours.containsKey(method)) {
        String known = PRODUCTS.get(method);
        colours.put(method, known != null ? known : OTHERS.get(Math.min(other++, OTHERS.size() - 1)));
      }
    }
  }

  String of(String method) {
    return colours.get(method);
  }

  /** All methods, each once. */
  Set<String> methods() {
    return colours.keySet();
  }
}
