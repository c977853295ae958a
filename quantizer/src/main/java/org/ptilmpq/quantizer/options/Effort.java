package org.ptilmpq.quantizer.options;

/**
 * How much work goes into a file. The presets are a ladder; an ablation switches single steps off.
 *
 * @param pictures calibration pictures to use at most, evenly spread over the folder
 * @param variants inputs to make for each of that many pictures: the picture, and parts of it of other sizes and
 *     places, more of each where there are fewer pictures; they join after all whole pictures, as far as memory holds
 *     them. 0: the pictures as they are, however few
 * @param positions rows of a layer's input that are sampled from each input at most
 * @param secondOrder round by second moments of the inputs (GPTQ) instead of each weight to its nearest level
 * @param fisher choose steps by how much each channel matters to the output (squared gradients), instead of by size
 *     alone
 * @param layerKl scale each layer's importance to the output divergence it causes alone
 * @param matching match mean and variance of each channel's output to the float network's, layer by layer
 * @param equalization scale channels beforehand so that those of an activation differ less
 */
public record Effort(
    int pictures,
    int variants,
    int positions,
    boolean secondOrder,
    boolean fisher,
    boolean layerKl,
    boolean matching,
    boolean equalization) {

  /** A minute for ResNet-50 on two cores: steps by importance, nearest levels, matched outputs. */
  public static final Effort FAST = new Effort(64, 1, 64, false, true, false, true, true);

  /** Some minutes: rounded by second moments. */
  public static final Effort BALANCED = new Effort(256, 1, 160, true, true, true, true, true);

  /** All that helps, on up to a thousand pictures and two parts of each. */
  public static final Effort BEST = new Effort(1000, 3, 64, true, true, true, true, true);

  public Effort {
    if (pictures < 1) {
      throw new IllegalArgumentException("at least one calibration picture is needed, not " + pictures);
    }
    if (variants < 0) {
      throw new IllegalArgumentException("the number of variants can't be negative: " + variants);
    }
    if (positions < 1) {
      throw new IllegalArgumentException("at least one position a picture is needed, not " + positions);
    }
  }

  /** Returns this effort with another number of pictures. */
  public Effort withPictures(int count) {
    return new Effort(count, variants, positions, secondOrder, fisher, layerKl, matching, equalization);
  }

  /** Returns this effort with or without equalized channels. */
  public Effort withEqualization(boolean other) {
    return new Effort(pictures, variants, positions, secondOrder, fisher, layerKl, matching, other);
  }
}
