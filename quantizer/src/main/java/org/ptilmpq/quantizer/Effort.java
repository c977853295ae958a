package org.ptilmpq.quantizer;

/**
 * How much work goes into a file. The presets are a ladder; an ablation switches single steps off.
 *
 * @param pictures calibration pictures to use at most, evenly spread over the folder
 * @param positions rows of a layer's input that are sampled from each picture at most
 * @param secondOrder round by second moments of the inputs (GPTQ) instead of each weight to its nearest level
 * @param sweeps of coordinate descent after that
 * @param fisher steps by what each channel matters to the output (squared gradients), instead of by size alone
 * @param layerKl scale each layer's importance to the output divergence it causes alone
 * @param matching match mean and variance of each channel's output to the float network's, layer by layer
 * @param equalization scale channels beforehand so that those of an activation are about equally large
 * @param augmentation flips and crops where there are fewer pictures than asked for
 */
public record Effort(
    int pictures,
    int positions,
    boolean secondOrder,
    int sweeps,
    boolean fisher,
    boolean layerKl,
    boolean matching,
    boolean equalization,
    boolean augmentation) {

  /** A minute for ResNet-50 on two cores: steps by importance, nearest levels, matched outputs. */
  public static final Effort FAST = new Effort(64, 64, false, 0, true, false, true, true, true);

  /** Some minutes: rounded by second moments. */
  public static final Effort BALANCED = new Effort(256, 160, true, 0, true, true, true, true, true);

  /** All that helps, on up to a thousand pictures. */
  public static final Effort BEST = new Effort(1000, 64, true, 0, true, true, true, true, true);

  public Effort {
    if (pictures < 1) {
      throw new IllegalArgumentException("at least one calibration picture is needed, not " + pictures);
    }
    if (positions < 1) {
      throw new IllegalArgumentException("at least one position a picture is needed, not " + positions);
    }
    if (sweeps < 0) {
      throw new IllegalArgumentException("the number of sweeps can't be negative: " + sweeps);
    }
  }

  /** The same with another number of pictures. */
  public Effort withPictures(int count) {
    return new Effort(count, positions, secondOrder, sweeps, fisher, layerKl, matching, equalization, augmentation);
  }

  /** The same with or without equalized channels. */
  Effort withEqualization(boolean other) {
    return new Effort(pictures, positions, secondOrder, sweeps, fisher, layerKl, matching, other, augmentation);
  }
}
