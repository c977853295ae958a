package org.ptilmpq.bench;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * A sweep as JSON: one object with {@code java}, {@code codes}, {@code forks}, {@code rounds}, {@code limits} and
 * {@code rows}, a line each. Rates are in GMAC/s, {@code share} is of the limit of the row's product at the row's
 * width, {@code null} for a product whose limit isn't measured.
 */
final class SweepJson {

  private SweepJson() {}

  static String of(SweepResult result) {
    return """
        {"java":%s,"codes":%s,"forks":%d,"rounds":%d,
        "limits":[
        %s],
        "rows":[
        %s]}
        """
        .formatted(
            JsonText.quoted(result.java()),
            JsonText.quoted(result.codes()),
            result.forks(),
            result.rounds(),
            result.limits().stream().map(SweepJson::limits).collect(Collectors.joining(",\n")),
            result.rows().stream()
                .map(row -> row(row, result.limits(row.vectorBits())))
                .collect(Collectors.joining(",\n")));
  }

  private static String limits(MachineLimits limits) {
    return String.format(
        Locale.ROOT,
        "{\"vector_bits\":%d,\"fp32\":%.3f,\"look_up_1_bit\":%.3f}",
        limits.vectorBits(),
        limits.fp32(),
        limits.lookUpAt1Bit());
  }

  private static String row(SweepRow row, MachineLimits limits) {
    return String.format(
        Locale.ROOT,
        "{\"vector_bits\":%d,\"layer\":%s,\"bits\":%d,\"products\":%s,\"method\":%s,\"ms\":%.5f,\"spread\":%.4f,"
            + "\"gmac_per_s\":%.3f,\"limit\":%s,\"share\":%s,\"macs\":%d,\"weight_bytes\":%d,\"activation_bytes\":%d}",
        row.vectorBits(),
        JsonText.quoted(row.layer()),
        row.bits(),
        JsonText.quoted(row.products()),
        JsonText.quoted(row.method()),
        row.milliseconds(),
        row.spread(),
        row.gmacPerSecond(),
        number(limits.of(row.method(), row.bits())),
        number(row.share(limits)),
        row.macs(),
        row.weightBytes(),
        row.activationBytes());
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.4f", value.getAsDouble()) : "null";
  }

  /**
   * Reads what {@link #of} writes.
   *
   * @throws IllegalArgumentException when something is missing or no JSON, saying where
   */
  static SweepResult parse(String text) {
    JsonObject result = JsonText.object(text);
    List<MachineLimits> limits =
        result.objects("limits").stream()
            .map(
                each ->
                    new MachineLimits(
                        (int) each.integer("vector_bits"),
                        each.number("fp32"),
                        each.number("look_up_1_bit")))
            .toList();
    List<SweepRow> rows = result.objects("rows").stream().map(SweepJson::row).toList();
    return new SweepResult(
        result.string("java"),
        result.string("codes"),
        (int) result.integer("forks"),
        (int) result.integer("rounds"),
        limits,
        rows);
  }

  private static SweepRow row(JsonObject row) {
    return new SweepRow(
        (int) row.integer("vector_bits"),
        row.string("layer"),
        (int) row.integer("bits"),
        row.string("products"),
        row.string("method"),
        row.number("ms"),
        row.number("spread"),
        row.integer("macs"),
        row.integer("weight_bytes"),
        row.integer("activation_bytes"));
  }
}
