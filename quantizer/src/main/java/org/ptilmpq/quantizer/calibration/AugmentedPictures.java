package org.ptilmpq.quantizer.calibration;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.ptilmpq.runtime.image.Picture;
import org.ptilmpq.runtime.image.PictureException;

/**
 * More pictures than there are files: each as it is, then mirrored, then crops of both beside the centre, at
 * random. Few pictures leave most directions of a layer's inputs unseen; their variants fill some in.
 */
public final class AugmentedPictures implements InputSource {

  /** How far a crop may lie from the centre, in widths and heights of the picture. */
  private static final double FARTHEST = 0.1;

  /** As it is, and mirrored. */
  private static final int WHOLE_VARIANTS = 2;

  /** More crops of one picture say nothing new. */
  private static final int MOST_VARIANTS = 4;

  private final List<Path> files;
  private final int count;
  private final InputReader reader;
  private final long seed;

  /**
   * @param count pictures wanted, at least as many as files; no more than four of each file are made
   * @param seed of the crops
   */
  public AugmentedPictures(List<Path> files, int count, InputReader reader, long seed) {
    this.files = List.copyOf(files);
    this.count = (int) Math.min(count, (long) MOST_VARIANTS * files.size());
    this.reader = reader;
    this.seed = seed;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public InputReader.Input read(int index) throws PictureException {
    int variant = index / files.size();
    Picture picture = reader.decode(files.get(index % files.size()));
    if (variant >= WHOLE_VARIANTS) {
      picture = moved(picture, new SplittableRandom(seed + index));
    }
    return reader.read(variant % 2 == 1 ? mirrored(picture) : picture);
  }

  @Override
  public int files() {
    return files.size();
  }

  @Override
  public String name(int index) {
    return files.get(index % files.size()).getFileName().toString();
  }

  /** The picture moved a little, so that the centre crop takes another part of it; pixels at the edge are repeated. */
  private static Picture moved(Picture picture, SplittableRandom random) {
    int width = picture.width();
    int height = picture.height();
    int right = (int) Math.round(width * random.nextDouble(-FARTHEST, FARTHEST));
    int down = (int) Math.round(height * random.nextDouble(-FARTHEST, FARTHEST));
    byte[] rgb = new byte[picture.rgb().length];
    for (int y = 0; y < height; y++) {
      int fromRow = Math.clamp(y - down, 0, height - 1) * width;
      for (int x = 0; x < width; x++) {
        System.arraycopy(picture.rgb(), 3 * (fromRow + Math.clamp(x - right, 0, width - 1)), rgb, 3 * (y * width + x), 3);
      }
    }
    return new Picture(width, height, rgb);
  }

  private static Picture mirrored(Picture picture) {
    byte[] rgb = new byte[picture.rgb().length];
    int width = picture.width();
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < width; x++) {
        System.arraycopy(picture.rgb(), 3 * (y * width + x), rgb, 3 * (y * width + width - 1 - x), 3);
      }
    }
    return new Picture(width, picture.height(), rgb);
  }
}
