package org.ptilmpq.bench;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * A sweep as JSON: one object with {@code java}, {@code codes}, {@code forks}, {@code rounds}, {@code limits} and
 * {@code rows}, one per line. Rates are in GMAC/s (a look-up's limit with weights of 1 bit), {@code share} is of the
 * limit of the row's product in the row's kernel set, {@code null} for a product whose limit isn't measured;
 * {@code large} layers are those of 0.05 GMAC or more.
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
            JsonObject.quoted(result.java()),
            JsonObject.quoted(result.codes()),
            result.forks(),
            result.rounds(),
            result.limits().stream().map(SweepJson::limit).collect(Collectors.joining(",\n")),
            result.rows().stream().map(row -> row(row, result)).collect(Collectors.joining(",\n")));
  }

  private static String limit(SweepResult.Limit limit) {
    return String.format(
        Locale.ROOT,
        "{\"kernels\":%s,\"method\":%s,\"gmac_per_s\":%.3f}",
        JsonObject.quoted(limit.kernels()),
        JsonObject.quoted(limit.method()),
        limit.gmacPerSecond());
  }

  private static String row(SweepResult.Row row, SweepResult result) {
    return String.format(
        Locale.ROOT,
        "{\"kernels\":%s,\"layer\":%s,\"large\":%b,\"bits\":%d,\"method\":%s,\"ms\":%.5f,\"spread\":%.4f,"
            + "\"gmac_per_s\":%.3f,\"limit\":%s,\"share\":%s,\"macs\":%d,\"weight_bytes\":%d,\"activation_bytes\":%d}",
        JsonObject.quoted(row.kernels()),
        JsonObject.quoted(row.layer()),
        row.isLarge(),
        row.bits(),
        JsonObject.quoted(row.method()),
        row.milliseconds(),
        row.spread(),
        row.gmacPerSecond(),
        number(result.limit(row)),
        number(result.share(row)),
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
   * @throws IllegalArgumentException when something is missing or no JSON; the message says where
   */
  static SweepResult parse(String text) {
    JsonObject result = JsonObject.parse(text);
    List<SweepResult.Limit> limits =
        result.objects("limits").stream()
            .map(
                limit ->
                    new SweepResult.Limit(
                        limit.string("kernels"), limit.string("method"), limit.number("gmac_per_s")))
            .toList();
    List<SweepResult.Row> rows = result.objects("rows").stream().map(SweepJson::row).toList();
    return new SweepResult(
        result.string("java"),
        result.string("codes"),
        (int) result.integer("forks"),
        (int) result.integer("rounds"),
        limits,
        rows);
  }

  private static SweepResult.Row row(JsonObject row) {
    return new SweepResult.Row(
        row.string("kernels"),
        row.string("layer"),
        (int) row.integer("bits"),
        row.string("method"),
        row.number("ms"),
        row.number("spread"),
        row.integer("macs"),
        row.integer("weight_bytes"),
        row.integer("activation_bytes"));
  }
}
