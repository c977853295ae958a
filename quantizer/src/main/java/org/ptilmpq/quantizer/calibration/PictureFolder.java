package org.ptilmpq.quantizer.calibration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.ptilmpq.quantizer.options.QuantizationException;

/** The pictures of a folder, by what their names end in, in the order of their names. */
public final class PictureFolder {

  private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png");

  private PictureFolder() {}

  /**
   * Returns all pictures of a folder; sub-folders are not searched.
   *
   * @throws QuantizationException when there is no such folder, or no picture in it
   */
  public static List<Path> list(Path folder) throws IOException, QuantizationException {
    if (!Files.isDirectory(folder)) {
      throw new QuantizationException(folder + " is not a folder of pictures");
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> pictures = files.filter(PictureFolder::isPicture).sorted().toList();
      if (pictures.isEmpty()) {
        throw new QuantizationException(
            "no pictures in " + folder + ": files ending in .jpg, .jpeg or .png are needed");
      }
      return pictures;
    }
  }

  /** Returns at most {@code count} elements of a list, evenly spread. */
  public static <T> List<T> spread(List<T> all, int count) {
    if (all.size() <= count) {
      return all;
    }
    List<T> chosen = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      chosen.add(all.get((int) ((long) i * all.size() / count)));
    }
    return List.copyOf(chosen);
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return !name.startsWith(".") && ENDINGS.stream().anyMatch(name::endsWith) && Files.isRegularFile(file);
  }
}
