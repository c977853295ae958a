package org.ptilmpq.quantizer.calibration;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.ptilmpq.runtime.image.Picture;
import org.ptilmpq.runtime.image.PictureException;

/**
 * More inputs than there are files: each picture as it is, then parts of it, of a random size at a random place, every
 * other one mirrored, as large as the picture would be. A network's late layers see a few hundred pictures in far fewer
 * ways than they have inputs, and what seems to vary together there often doesn't elsewhere. A part is as good as a new
 * picture for them, or nearly; a mirror image alone is not, since features of trained networks hardly change with it.
 */
public final class AugmentedPictures implements InputSource {

  /** The least height and width of a part, over the picture's. */
  private static final double MIN_SIDE = 0.6;

  /** More parts of one picture say little that is new. */
  private static final int MAX_VARIANTS = 16;

  private final List<Path> files;
  private final int count;
  private final int validation;
  private final InputReader reader;
  private final long seed;

  /**
   * @param count inputs wanted, at least as many as files; no more than sixteen of each file are made
   * @param validation how many of the files, the first ones, are for validation; not all of them
   * @param seed of the parts
   */
  public AugmentedPictures(List<Path> files, int count, int validation, InputReader reader, long seed) {
    this.files = List.copyOf(files);
    this.count = (int) Math.min(count, (long) MAX_VARIANTS * files.size());
    this.validation = validation;
    this.reader = reader;
    this.seed = seed;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public InputReader.Input read(int index) throws PictureException {
    Picture picture = reader.decode(file(index));
    return index < files.size()
        ? reader.read(picture)
        : reader.readPart(part(picture, new SplittableRandom(seed + index)), picture);
  }

  @Override
  public int files() {
    return files.size();
  }

  @Override
  public int validation() {
    return validation;
  }

  @Override
  public String name(int index) {
    return file(index).getFileName().toString();
  }

  /** Returns the file of an input: parts are made in turn of all files but those for validation. */
  private Path file(int index) {
    int whole = files.size();
    return files.get(index < whole ? index : validation + (index - whole) % (whole - validation));
  }

  /** Returns a part of a picture: its area is drawn evenly, then its place, and whether it is mirrored. */
  private static Picture part(Picture picture, SplittableRandom random) {
    double side = Math.sqrt(random.nextDouble(MIN_SIDE * MIN_SIDE, 1));
    int width = Math.max(1, (int) Math.round(side * picture.width()));
    int height = Math.max(1, (int) Math.round(side * picture.height()));
    int left = random.nextInt(picture.width() - width + 1);
    int top = random.nextInt(picture.height() - height + 1);
    boolean mirrored = random.nextBoolean();
    byte[] rgb = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int from = (top + y) * picture.width() + left + (mirrored ? width - 1 - x : x);
        System.arraycopy(picture.rgb(), 3 * from, rgb, 3 * (y * width + x), 3);
      }
    }
    return new Picture(width, height, rgb);
  }
}
