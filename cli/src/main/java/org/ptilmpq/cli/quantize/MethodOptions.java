package org.ptilmpq.cli.quantize;

import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.Program.ByteSizeConverter;
import org.ptilmpq.quantizer.options.Method;
import org.ptilmpq.quantizer.options.Target;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that decide the bits: a method, and a number that says how small or how good. */
final class MethodOptions {

  private static final int DEFAULT_BITS = 8;
  private static final Widths DEFAULT_PAIR = new Widths(4, 2, true);

  /** The values of {@code --method}. */
  enum Name {
    BEST,
    PTILMPQ,
    UNIFORM
  }

  /** The values of {@code --importance}. */
  enum Importance {
    ERROR(Method.ChannelCriterion.ERROR),
    L1(Method.ChannelCriterion.L1),
    L2(Method.ChannelCriterion.L2),
    GAMMA(Method.ChannelCriterion.NORM_SCALE);

    private final Method.ChannelCriterion criterion;

    Importance(Method.ChannelCriterion criterion) {
      this.criterion = criterion;
    }
  }

  @Option(
      names = "--method",
      paramLabel = "best|ptilmpq|uniform",
      description = {
        "best (what you get without this): a step for each channel, nothing clipped, every byte of the file where it "
            + "helps most.",
        "ptilmpq: the paper's two widths and two regions, with --alpha.",
        "uniform: the same width for every channel, with --bits."
      })
  private Name method;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      converter = ByteSizeConverter.class,
      description = "The most accurate file of at most this size, everything in it counted: 7MB or 6.5MiB.")
  private Long size;

  @Option(
      names = "--max-drop",
      paramLabel = "POINTS",
      description = "The smallest file that disagrees with the float network on at most this percentage of "
          + "pictures kept apart, which bounds the loss of top-1.")
  private Double maxDrop;

  @Option(
      names = "--alpha",
      paramLabel = "A",
      description = "Share of what is important, 0 to 1: that much gets the higher of two widths, the rest the lower. "
          + "Method best makes a file of the same mean bits per weight.")
  private Double alpha;

  @Option(
      names = "--bits",
      paramLabel = "N|HIGH,LOW",
      converter = Widths.Converter.class,
      description = "The same width, 1 to 8, for every channel: " + DEFAULT_BITS + " when nothing else is asked for. "
          + "With --alpha the two widths: 4,2 without this.")
  private Widths bits;

  @Option(
      names = "--importance",
      paramLabel = "error|l1|l2|gamma",
      description = "With --method ptilmpq, what makes a channel important: the error of its output when it is "
          + "quantized (without this), the norm of its weights, or the scale of its batch norm.")
  private Importance importance;

  /**
   * Returns the method that the options choose.
   *
   * @throws CommandException when they contradict each other, or a number is out of its range
   */
  Method method() throws CommandException {
    try {
      return switch (method == null ? Name.BEST : method) {
        case BEST -> best();
        case PTILMPQ -> ptilmpq();
        case UNIFORM -> uniform();
      };
    } catch (IllegalArgumentException e) {
      throw CommandException.wrongUse(e);
    }
  }

  private Method best() throws CommandException {
    refuse("--importance", importance, "goes with --method ptilmpq");
    List<String> goals = new ArrayList<>();
    add(goals, "--size", size);
    add(goals, "--max-drop", maxDrop);
    add(goals, "--alpha", alpha);
    if (alpha == null) {
      add(goals, "--bits", bits);
    }
    if (goals.size() > 1) {
      throw CommandException.wrongUse(
          "one of " + String.join(" and ", goals) + " decides how large the file gets, not both");
    }
    if (size != null) {
      return new Method.Best(new Target.FileSize(size));
    }
    if (maxDrop != null) {
      return new Method.Best(new Target.MaxDrop(maxDrop));
    }
    if (alpha != null) {
      Widths pair = pair();
      return new Method.Best(new Target.Share(alpha, pair.high(), pair.low()));
    }
    return new Method.Best(new Target.Width(oneWidth()));
  }

  private Method ptilmpq() throws CommandException {
    refuse("--size", size, "goes with --method best: the size of ptilmpq follows from --alpha and --bits");
    refuse("--max-drop", maxDrop, "goes with --method best: what ptilmpq loses follows from --alpha and --bits");
    if (alpha == null) {
      throw CommandException.wrongUse(
          "--method ptilmpq needs --alpha A, the share from 0 to 1 that gets the higher width");
    }
    Widths pair = pair();
    Importance channels = importance == null ? Importance.ERROR : importance;
    return new Method.Ptilmpq(alpha, pair.high(), pair.low(), channels.criterion);
  }

  private Method uniform() throws CommandException {
    refuse("--size", size, "goes with --method best");
    refuse("--max-drop", maxDrop, "goes with --method best");
    refuse("--alpha", alpha, "goes with --method best and --method ptilmpq");
    refuse("--importance", importance, "goes with --method ptilmpq");
    return new Method.Best(new Target.Width(oneWidth()));
  }

  private Widths pair() throws CommandException {
    if (bits != null && !bits.pair()) {
      throw CommandException.wrongUse("with --alpha, --bits takes two widths, the higher one first: --bits 4,2");
    }
    return bits == null ? DEFAULT_PAIR : bits;
  }

  private int oneWidth() throws CommandException {
    if (bits != null && bits.pair()) {
      throw CommandException.wrongUse("--bits HIGH,LOW needs --alpha A, the share that gets the higher width");
    }
    return bits == null ? DEFAULT_BITS : bits.high();
  }

  private static void add(List<String> names, String name, Object value) {
    if (value != null) {
      names.add(name);
    }
  }

  private static void refuse(String name, Object value, String why) throws CommandException {
    if (value != null) {
      throw CommandException.wrongUse(name + " " + why);
    }
  }

  /**
   * The value of {@code --bits}: one width, or the higher and the lower of two.
   *
   * @param high the higher width, or the only one
   * @param low the lower width, or the only one
   * @param pair whether two were given
   */
  record Widths(int high, int low, boolean pair) {

    private static final int MOST = 8;

    /** Reads "8" or "4,2". */
    static final class Converter implements ITypeConverter<Widths> {
      @Override
      public Widths convert(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length > 2) {
          throw new TypeConversionException("'" + text + "' is more than a higher and a lower width");
        }
        int high = width(parts[0]);
        int low = width(parts[parts.length - 1]);
        if (low > high) {
          throw new TypeConversionException("the higher width comes first: " + low + "," + high);
        }
        return new Widths(high, low, parts.length == 2);
      }

      private static int width(String text) {
        try {
          int width = Integer.parseInt(text);
          if (width >= 1 && width <= MOST) {
            return width;
          }
        } catch (NumberFormatException e) {
          // Reported below in the same words.
        }
        throw new TypeConversionException("bits are 1 to " + MOST + ", not '" + text + "'");
      }
    }
  }
}
