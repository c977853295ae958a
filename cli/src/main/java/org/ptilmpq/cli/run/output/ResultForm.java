package org.ptilmpq.cli.run.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.List;
import org.ptilmpq.runtime.Ranking;

/**
 * The form in which results are wanted.
 *
 * @param top classes of a picture, at least 1; 0 where the user hasn't said: then 5, and 1 on the line of a frame
 * @param minConfidence less likely classes are left out, and frames that have no others; 0 to 1
 * @param isJson whether each picture is one JSON object
 */
public record ResultForm(int top, double minConfidence, boolean isJson) {

  private static final int CLASSES = 5;

  /** Returns a ranking that keeps as many classes as are wanted. */
  public Ranking ranking() {
    return new Ranking(top == 0 ? CLASSES : top);
  }

  /**
   * Returns a printer to standard output, but not through {@link System#out}, which hides that nobody reads any more.
   *
   * @param labels of the classes
   * @param isNamed whether a picture's name is printed above its classes, as it must be where there are several
   */
  public ClassificationPrinter printer(List<String> labels, boolean isNamed) {
    LineWriter line = new LineWriter(new FileOutputStream(FileDescriptor.out), System.out.charset());
    return isJson
        ? new JsonPrinter(line, minConfidence, labels)
        : new TextPrinter(line, minConfidence, isNamed, top == 0 ? 1 : top);
  }
}
