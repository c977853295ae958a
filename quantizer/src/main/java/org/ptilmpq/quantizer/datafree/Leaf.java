package org.ptilmpq.quantizer.datafree;

import java.util.random.RandomGenerator;

/**
 * One opaque shape of a dead-leaves picture: an ellipse or a rectangle of any orientation, shaded and textured. Lengths
 * are in pixels.
 */
final class Leaf {

  private static final double MIN_ASPECT = 0.3;

  /**
   * Radii between 1/64 and 3/5 of the side, their density falling with the cube: equally many pixels of every scale.
   */
  private static final double MIN_RADIUS = 1.0 / 64;

  private static final double MAX_RADIUS = 0.6;

  private final double centreY;
  private final double centreX;
  private final double cosine;
  private final double sine;
  private final double halfLength;
  private final double halfWidth;
  private final boolean rectangle;
  private final float[] colour;
  private final double shading;
  private final double roughness;
  private final int textureY;
  private final int textureX;

  /**
   * A random leaf anywhere in a picture.
   *
   * @param side of the picture, the longer one
   * @param colour red, green, blue
   * @param roughness standard deviation of its texture, in pixel values
   */
  Leaf(int height, int width, int side, float[] colour, double roughness, RandomGenerator random) {
    double least = 1 / (MIN_RADIUS * MIN_RADIUS);
    double greatest = 1 / (MAX_RADIUS * MAX_RADIUS);
    halfLength = side / Math.sqrt(random.nextDouble(greatest, least));
    halfWidth = halfLength * random.nextDouble(MIN_ASPECT, 1);
    centreY = random.nextDouble(-0.2, 1.2) * height;
    centreX = random.nextDouble(-0.2, 1.2) * width;
    double angle = random.nextDouble(StrictMath.PI);
    cosine = StrictMath.cos(angle);
    sine = StrictMath.sin(angle);
    rectangle = random.nextBoolean();
    shading = 15 * random.nextGaussian() / halfLength;
    textureY = random.nextInt(1 << 16);
    textureX = random.nextInt(1 << 16);
    this.colour = colour;
    this.roughness = roughness;
  }

  /** Paints the leaf over what is there; edges are a pixel soft, as a lens draws them. */
  void paint(float[] rgb, int height, int width, Texture texture) {
    double reach = rectangle ? Math.hypot(halfLength, halfWidth) : halfLength;
    int top = Math.max(0, (int) Math.floor(centreY - reach - 1));
    int bottom = Math.min(height - 1, (int) Math.ceil(centreY + reach + 1));
    int left = Math.max(0, (int) Math.floor(centreX - reach - 1));
    int right = Math.min(width - 1, (int) Math.ceil(centreX + reach + 1));
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        double along = (x - centreX) * cosine + (y - centreY) * sine;
        double across = (y - centreY) * cosine - (x - centreX) * sine;
        double cover = Math.min(1, inside(along, across) + 0.5);
        if (cover > 0) {
          double light = shading * along + roughness * texture.at(y + textureY, x + textureX);
          int at = 3 * (y * width + x);
          for (int c = 0; c < 3; c++) {
            rgb[at + c] += (float) (cover * (colour[c] + light - rgb[at + c]));
          }
        }
      }
    }
  }

  /** Returns about how many pixels a place lies within the edge; negative outside. */
  private double inside(double along, double across) {
    if (rectangle) {
      return Math.min(halfLength - Math.abs(along), halfWidth - Math.abs(across));
    }
    double a = along / halfLength;
    double b = across / halfWidth;
    double radius = Math.sqrt(a * a + b * b);
    // The distance along the gradient of the ellipse's equation.
    double slope = Math.hypot(a / halfLength, b / halfWidth) / Math.max(radius, 1e-9);
    return (1 - radius) / Math.max(slope, 1e-9);
  }

  /**
   * A square field of noise with equal energy in each octave, as surfaces in photographs have (power falls with the
   * square of the spatial frequency; Field 1987), mean 0 and variance about 1. It repeats on all sides.
   */
  static final class Texture {

    private static final int FINEST_CELL = 2;
    private static final int OCTAVES = 5;

    private final int side;
    private final float[] values;

    /**
     * @param size minimum size of the field, which is rounded up to a multiple of the coarsest cell
     */
    Texture(int size, RandomGenerator random) {
      int coarsest = FINEST_CELL << OCTAVES - 1;
      side = Math.ceilDiv(size, coarsest) * coarsest;
      values = new float[side * side];
      for (int octave = 0; octave < OCTAVES; octave++) {
        add(FINEST_CELL << octave, random);
      }
    }

    /** The field at any place. */
    float at(int y, int x) {
      return values[Math.floorMod(y, side) * side + Math.floorMod(x, side)];
    }

    /** Adds noise whose lattice has one random value every {@code cell} pixels, smoothly interpolated. */
    private void add(int cell, RandomGenerator random) {
      int cells = side / cell;
      float[] lattice = new float[cells * cells];
      float amplitude = (float) (1.35 / Math.sqrt(OCTAVES)); // Interpolation takes nearly half of the variance away.
      for (int i = 0; i < lattice.length; i++) {
        lattice[i] = (float) (amplitude * random.nextGaussian());
      }
      for (int y = 0; y < side; y++) {
        int above = y / cell * cells;
        int below = (y / cell + 1) % cells * cells;
        float down = smooth((y % cell + 0.5f) / cell);
        for (int x = 0; x < side; x++) {
          int left = x / cell;
          int right = (left + 1) % cells;
          float across = smooth((x % cell + 0.5f) / cell);
          float top = lattice[above + left] + across * (lattice[above + right] - lattice[above + left]);
          float bottom = lattice[below + left] + across * (lattice[below + right] - lattice[below + left]);
          values[y * side + x] += top + down * (bottom - top);
        }
      }
    }

    private static float smooth(float t) {
      return t * t * (3 - 2 * t);
    }
  }
}
