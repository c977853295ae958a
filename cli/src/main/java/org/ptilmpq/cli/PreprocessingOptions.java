package org.ptilmpq.cli;

import org.ptilmpq.format.Preprocessing;
import picocli.CommandLine.Option;

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
  private PreprocessingForm form;

  @Option(
      names = "--resize",
      paramLabel = "PIXELS",
      description = "Resize the shorter side to so many pixels before the centre crop; 0: don't.")
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
      throw new CommandException(ExitCode.WRONG_USE, "--resize " + resize + " is negative");
    }
    if (std != null) {
      for (float value : std.values()) {
        if (value <= 0) {
          throw new CommandException(ExitCode.WRONG_USE, "--std must be positive, not " + value);
        }
      }
    }
    return new Preprocessing(
        resize == null ? start.resize() : resize,
        mean == null ? start.mean() : mean.values(),
        std == null ? start.std() : std.values());
  }
}
