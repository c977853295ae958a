package org.ptilmpq.cli.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.NamedFiles;
import org.ptilmpq.cli.Json;
import org.ptilmpq.cli.run.stream.PictureLoop;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.runtime.LabelledPictures;
import org.ptilmpq.runtime.Ranking;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;
import org.ptilmpq.runtime.image.PictureException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code evaluate}: measures how often the network is right on pictures of known class, and how fast. */
@Command(name = "evaluate", description = "Measure top-1 and top-5 accuracy on labelled pictures.")
final class Evaluate implements Callable<Integer> {

  private static final int TOP = 5;

  @Parameters(paramLabel = "MODEL.pq", description = "The quantized network.")
  private Path model;

  @Option(names = "--images", required = true, paramLabel = "DIR", description = "Folder of JPEG and PNG pictures.")
  private Path images;

  @Option(
      names = "--labels",
      required = true,
      paramLabel = "CSV",
      description = "A header, then 'file,class' a line: a name in DIR and the index of its class, from 0.")
  private Path labels;

  @Option(names = "--json", description = "One JSON object instead of text.")
  private boolean json;

  @Mixin private RunOptions options;

  @Override
  public Integer call() throws Exception {
    SessionOptions sessionOptions = options.sessionOptions();
    try (PqFile file = NamedFiles.model(model);
        Session session = options.open(file, model, sessionOptions)) {
      List<LabelledPictures.Entry> pictures = labelled(session);
      Tally tally = run(session, pictures);
      if (tally.pictures == 0) {
        String message = "none of " + pictures.size() + " pictures could be read";
        throw new CommandException(ExitCode.UNREADABLE_PICTURE, message);
      }
      System.out.println(json ? tally.json(model) : tally.text());
      return tally.unreadable == 0 ? ExitCode.DONE : ExitCode.UNREADABLE_PICTURE;
    }
  }

  private List<LabelledPictures.Entry> labelled(Session session) throws CommandException {
    try {
      return LabelledPictures.read(labels, images, session.model().outputTensor().channels());
    } catch (IOException e) {
      throw CommandException.wrongUse(e);
    }
  }

  private static Tally run(Session session, List<LabelledPictures.Entry> pictures) {
    Tally tally = new Tally();
    PictureLoop loop = new PictureLoop(session);
    Ranking ranking = new Ranking(TOP);
    try (ProgressLine progress = new ProgressLine("evaluate", pictures.size())) {
      long start = System.nanoTime();
      for (LabelledPictures.Entry picture : pictures) {
        try {
          loop.rank(picture.file(), ranking);
          tally.add(ranking, picture.classIndex());
        } catch (PictureException e) {
          tally.unreadable++;
          progress.message("ptilmpq: " + e.getMessage());
        }
        progress.step();
      }
      tally.seconds = (System.nanoTime() - start) / 1e9;
    }
    return tally;
  }

  private static final class Tally {
    private int pictures;
    private int unreadable;
    private int first;
    private int amongTop;
    private double seconds;

    void add(Ranking top, int classIndex) {
      pictures++;
      for (int rank = 0; rank < top.size(); rank++) {
        if (top.index(rank) == classIndex) {
          first += rank == 0 ? 1 : 0;
          amongTop++;
        }
      }
    }

    Json json(Path model) {
      return new Json()
          .put("model", model.toString())
          .put("images", pictures)
          .put("unreadable", unreadable)
          .put("top1", (double) first / pictures)
          .put("top5", (double) amongTop / pictures)
          .put("images_per_second", pictures / seconds)
          .put("seconds", seconds);
    }

    String text() {
      String text =
          String.format(
              Locale.ROOT,
              "top-1 %.2f %%  top-5 %.2f %%  %d images  %.1f images/s",
              100.0 * first / pictures,
              100.0 * amongTop / pictures,
              pictures,
              pictures / seconds);
      return unreadable == 0 ? text : text + "  " + unreadable + " unreadable";
    }
  }
}
