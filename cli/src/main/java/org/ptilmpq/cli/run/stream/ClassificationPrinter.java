package org.ptilmpq.cli.run.stream;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.cli.Json;
import org.ptilmpq.cli.process.StandardStreams;
import org.ptilmpq.runtime.Ranking;

/** Writes the likeliest classes of one picture after the other. Frames are written without allocating. */
public abstract sealed class ClassificationPrinter {

  /** Classes of a picture where the user hasn't said how many. */
  private static final int CLASSES = 5;

  final LineWriter line;
  final Ranking ranking;
  private final double leastProbability;

  private ClassificationPrinter(LineWriter line, int classes, double leastProbability) {
    this.line = line;
    this.ranking = new Ranking(classes);
    this.leastProbability = leastProbability;
  }

  /**
   * Returns a printer to standard output, but not through {@link System#out}, which hides that nobody reads any more.
   *
   * @param top classes of a picture, at least 1; 0 where the user hasn't said: then 5, and 1 on the line of a frame
   * @param minConfidence less likely classes are left out, and frames that have no others; 0 to 1
   * @param isJson whether each picture is one JSON object
   * @param labels of the classes, or empty
   * @param isNamed whether a picture's name is printed above its classes, as it must be where there are several
   */
  public static ClassificationPrinter of(
      int top, double minConfidence, boolean isJson, List<String> labels, boolean isNamed) {
    LineWriter line = new LineWriter(new FileOutputStream(FileDescriptor.out), System.out.charset());
    int classes = top == 0 ? CLASSES : top;
    return isJson
        ? ForPrograms.of(line, classes, minConfidence, labels)
        : new ForReaders(line, classes, minConfidence, isNamed, top == 0 ? 1 : top);
  }

  /** Returns the ranking that is printed: it keeps as many classes as are wanted. */
  public final Ranking ranking() {
    return ranking;
  }

  /**
   * @param picture as the user named it
   * @param millis from opening the picture to its scores
   * @throws StandardStreams.ClosedException when nobody reads any more
   */
  public abstract void picture(String picture, double millis) throws IOException;

  /**
   * Writes a frame, unless all its classes are too unlikely.
   *
   * @param number of the frame in its stream, from 1; dropped frames also have numbers
   * @param dropped frames that came since the one before and were not classified
   * @param millis from taking the frame to its scores
   * @throws StandardStreams.ClosedException when nobody reads any more
   */
  public final void frame(long number, long dropped, double millis) throws IOException {
    if (!(ranking.probability(0) < leastProbability)) {
      likelyFrame(number, dropped, millis);
    }
  }

  abstract void likelyFrame(long number, long dropped, double millis) throws IOException;

  /** Returns whether there is such a rank, and its class is likely enough to be printed. */
  final boolean isLikely(int rank) {
    return rank < ranking.size() && ranking.probability(rank) >= leastProbability;
  }

  /**
   * Prints for human readers. A picture has one line per class, "0.8602  653  military uniform"; a frame has one line,
   * its number and the same after tabs.
   */
  private static final class ForReaders extends ClassificationPrinter {
    private final boolean isNamed;
    private final int classesOfFrame;

    private ForReaders(
        LineWriter line, int classes, double leastProbability, boolean isNamed, int classesOfFrame) {
      super(line, classes, leastProbability);
      this.isNamed = isNamed;
      this.classesOfFrame = classesOfFrame;
    }

    @Override
    public void picture(String picture, double millis) throws IOException {
      if (isNamed) {
        line.append(picture).append(':').end();
      }
      for (int rank = 0; isLikely(rank); rank++) {
        entry(rank);
        line.end();
      }
    }

    @Override
    void likelyFrame(long number, long dropped, double millis) throws IOException {
      line.append(number);
      for (int rank = 0; rank < classesOfFrame && isLikely(rank); rank++) {
        line.append('\t');
        entry(rank);
      }
      line.end();
    }

    private void entry(int rank) {
      line.appendShare(ranking.probability(rank)).append("  ").append(ranking.index(rank));
      String label = ranking.label(rank);
      if (!label.isEmpty()) {
        line.append("  ").append(label);
      }
    }
  }

  /** Prints for programs: one JSON object per picture or frame, on one line, its scores with all their bits. */
  private static final class ForPrograms extends ClassificationPrinter {
    /** The labels, quoted, in class order. */
    private final List<String> labels = new ArrayList<>();

    private ForPrograms(LineWriter line, int classes, double leastProbability, List<String> labels) {
      super(line, classes, leastProbability);
      for (String label : labels) {
        this.labels.add(Json.quoted(label));
      }
    }

    /** Returns such a printer; a start without one doesn't load this class only to see that it is a printer. */
    private static ClassificationPrinter of(
        LineWriter line, int classes, double leastProbability, List<String> labels) {
      return new ForPrograms(line, classes, leastProbability, labels);
    }

    @Override
    public void picture(String picture, double millis) throws IOException {
      line.append("{\"file\":").append(Json.quoted(picture));
      rest(millis);
    }

    @Override
    void likelyFrame(long number, long dropped, double millis) throws IOException {
      line.append("{\"frame\":").append(number).append(",\"dropped\":").append(dropped);
      rest(millis);
    }

    private void rest(double millis) throws IOException {
      line.append(",\"ms\":").append(millis).append(",\"top\":[");
      for (int rank = 0; isLikely(rank); rank++) {
        line.append(rank == 0 ? "" : ",").append("{\"index\":").append(ranking.index(rank));
        line.append(",\"label\":").append(labels.isEmpty() ? "\"\"" : labels.get(ranking.index(rank)));
        line.append(",\"probability\":").append(ranking.probability(rank));
        line.append(",\"score\":").append(ranking.score(rank)).append('}');
      }
      line.append("]}").end();
    }
  }
}
