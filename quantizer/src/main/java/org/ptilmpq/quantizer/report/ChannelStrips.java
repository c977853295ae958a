package org.ptilmpq.quantizer.report;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.ptilmpq.quantizer.drawing.Markup;
import org.ptilmpq.quantizer.drawing.Picture;
import org.ptilmpq.quantizer.report.LayerReport.ChannelBits;

/**
 * The bits of every channel: two strips per layer, on disk and in the kernel, whose colours say how many, and the
 * figures on a click.
 */
final class ChannelStrips {

  private static final int MAX_BITS = 8;

  private ChannelStrips() {}

  static void write(Markup out, List<LayerReport> layers) {
    out.open("p", "class", "legend").text("Bits: ");
    for (int bits = 0; bits <= MAX_BITS; bits++) {
      out.leaf("span", bits + (bits == MAX_BITS ? "+" : ""), "class", "key heat" + bits);
    }
    out.close().line();
    for (int i = 0; i < layers.size(); i++) {
      LayerReport layer = layers.get(i);
      out.open("details", "class", "strips").open("summary");
      out.leaf("span", (i + 1) + " " + layer.name(), "class", "name");
      strip(out, layer, "on disk", channel -> layer.channels().disk().get(channel));
      strip(out, layer, "in the kernel", channel -> layer.channels().kernel().get(channel));
      out.close();
      figures(out, layer.channels());
      out.close().line();
    }
  }

  /** Joins neighbours of one colour to one piece, and all pieces of one colour to one path: pages stay small. */
  private static void strip(Markup out, LayerReport layer, String where, IntToDoubleFunction bits) {
    int count = layer.channels().count();
    Picture.openStrip(out, Math.max(1, count), "bits of each channel " + where);
    out.leaf("title", layer.name() + ": bits of each channel " + where);
    for (int colour = 0; colour <= MAX_BITS; colour++) {
      StringBuilder path = new StringBuilder();
      for (int channel = 0; channel < count; ) {
        int end = channel + 1;
        while (end < count && colour(bits.applyAsDouble(end)) == colour(bits.applyAsDouble(channel))) {
          end++;
        }
        if (colour(bits.applyAsDouble(channel)) == colour) {
          path.append('M').append(channel).append(" 0H").append(end).append("V1H").append(channel).append('z');
        }
        channel = end;
      }
      if (!path.isEmpty()) {
        out.leaf("path", "", "class", "heat" + colour, "d", path.toString());
      }
    }
    out.close();
  }

  /** The nearest whole number of bits within the scale; −1, which has no colour, for what isn't a number. */
  private static int colour(double bits) {
    return Double.isNaN(bits) ? -1 : (int) Math.clamp(Math.rint(bits), 0, MAX_BITS);
  }

  private static void figures(Markup out, ChannelBits channels) {
    StringBuilder text = new StringBuilder();
    for (int channel = 0; channel < channels.count(); channel++) {
      text.append(channel == 0 ? "" : "  ");
      text.append(NumberText.fixed(channels.disk().get(channel), 2)).append('/').append(channels.kernel().get(channel));
    }
    out.leaf("p", "Bits on disk / in the kernel, channel by channel from 0: " + text, "class", "figures");
  }
}
