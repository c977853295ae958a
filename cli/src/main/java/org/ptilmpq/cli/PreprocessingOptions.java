package org.ptilmpq.cli;

import org.ptilmpq.format.Preprocessing;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option {@code --preprocess}, and those that change one part of what it means. */
public final class PreprocessingOptions {

  @Option(
      names = "--preprocess",
      paramLabel = "torchvision|caffe|raw",
      description = {
        "A known form of preprocessing; --resize, --mean and --std change parts of it. ",
        "torchvision: resize 256, crop 224, mean 123.675,116.28,103.53, std 58.395,57.12,57.375. ",
        "caffe: resize 256, crop 224, mean 123.68,116.779,103.939, no division. ",
        "raw: pixels 0 to 255 as they are."
      })
  private Form form;

  @Option(
      names = "--resize",
      paramLabel = "PIXELS",
      description = "Resize the shorter side to this many pixels before the centre crop; 0: don't.")
  private Integer resize;

  @Option(
      names = "--mean",
      paramLabel = "R,G,B",
      converter = ChannelValues.Converter.class,
      description = "Subtract from pixels 0 to 255 in RGB order.")
  private ChannelValues mean;

  @Option(
      names = "--std",
      paramLabel = "R,G,B",
      converter = ChannelValues.Converter.class,
      description = "Divide by this afterwards.")
  private ChannelValues std;

  /** Returns whether any of the options was given. */
  public boolean isGiven() {
    return form != null || resize != null || mean != null || std != null;
  }

  /** Returns the side of the form's centre crop, 0 when there is none. */
  public int crop() {
    return form == null ? 0 : form.crop();
  }

  /**
   * Returns the base with its parts replaced by those that were given.
   *
   * @param base used where nothing was given
   * @throws CommandException when a number is out of its range
   */
  public Preprocessing over(Preprocessing base) throws CommandException {
    Preprocessing start = form == null ? base : form.preprocessing();
    if (resize != null && resize < 0) {
      throw CommandException.wrongUse("--resize " + resize + " is negative");
    }
    if (std != null) {
      for (float value : std.values()) {
        if (value <= 0) {
          throw CommandException.wrongUse("--std must be positive, not " + value);
        }
      }
    }
    return new Preprocessing(
        resize == null ? start.resize() : resize,
        mean == null ? start.mean() : mean.values(),
        std == null ? start.std() : std.values());
  }

  /**
   * The values of {@code --preprocess}: the preprocessing that a family of models was trained with, pixels 0…255 in RGB
   * order.
   */
  public enum Form {
    /** ImageNet models of torchvision, timm and Keras' "torch" mode. */
    TORCHVISION(256, 224, new float[] {123.675f, 116.28f, 103.53f}, new float[] {58.395f, 57.12f, 57.375f}),
    /** ImageNet means subtracted and nothing divided, as Caffe's and Keras' ResNets take it; in RGB order here. */
    CAFFE(256, 224, new float[] {123.68f, 116.779f, 103.939f}, new float[] {1, 1, 1}),
    /** Pixels as they are. */
    RAW(0, 0, new float[] {0, 0, 0}, new float[] {1, 1, 1});

    private final int resize;
    private final int crop;
    private final float[] mean;
    private final float[] std;

    Form(int resize, int crop, float[] mean, float[] std) {
      this.resize = resize;
      this.crop = crop;
      this.mean = mean;
      this.std = std;
    }

    /** Returns the length of the shorter side and what is done to each channel. */
    public Preprocessing preprocessing() {
      return new Preprocessing(resize, mean.clone(), std.clone());
    }

    /** Returns the side of the centre crop in pixels, 0 for the model's own input size. */
    public int crop() {
      return crop;
    }
  }

  /**
   * A number for each of the channels red, green and blue: "123.675,116.28,103.53", or one number for all three.
   *
   * @param values three finite numbers
   */
  record ChannelValues(float[] values) {

    /** Reads the text of the command line. */
    static final class Converter implements ITypeConverter<ChannelValues> {

      @Override
      public ChannelValues convert(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length != 1 && parts.length != 3) {
          throw new TypeConversionException("\"" + text + "\" is neither one number nor three with commas between");
        }
        float[] values = new float[3];
        for (int c = 0; c < values.length; c++) {
          values[c] = number(parts[parts.length == 1 ? 0 : c]);
        }
        return new ChannelValues(values);
      }

      private static float number(String text) {
        float value;
        try {
          value = Float.parseFloat(text.strip());
        } catch (NumberFormatException e) {
          throw new TypeConversionException("\"" + text + "\" is not a number");
        }
        if (!Float.isFinite(value)) {
          throw new TypeConversionException("\"" + text + "\" is not a finite number");
        }
        return value;
      }
    }
  }
}
