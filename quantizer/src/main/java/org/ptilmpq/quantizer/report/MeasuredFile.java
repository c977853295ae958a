package org.ptilmpq.quantizer.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.Storage;
import org.ptilmpq.format.Weights;
import org.ptilmpq.quantizer.report.QuantizationReport.FileFacts;

/** Measures what the bytes of a written file are. */
public final class MeasuredFile {

  private MeasuredFile() {}

  /**
   * The facts of a file.
   *
   * @param name the file's path
   * @param file that file, opened
   * @param otherBytes its size in the other form of storage
   * @param codesAlone bytes of the weights' codes and nothing else
   */
  public static FileFacts of(Path name, PqFile file, OptionalLong otherBytes, double codesAlone) {
    Storage storage = file.storage();
    Storage other = storage == Storage.PACKED ? Storage.COMPRESSED : Storage.PACKED;
    return new FileFacts(
        name.getFileName().toString(),
        storage.name().toLowerCase(Locale.ROOT),
        file.fileBytes(),
        storage == Storage.PACKED ? packed(file) : compressed(file),
        other.name().toLowerCase(Locale.ROOT),
        otherBytes,
        codesAlone);
  }

  /** A packed file stores everything as it is, so that the bytes of each part follow from its contents. */
  private static List<FileFacts.Part> packed(PqFile file) {
    long codes = sum(file, weights -> weights.codes().byteSize());
    long tails = sum(file, weights -> weights.tails().byteSize());
    long scales = sum(file, weights -> (long) Float.BYTES * weights.scales().length);
    long biases = sum(file, weights -> (long) Float.BYTES * weights.biases().length);
    long orders = sum(file, Weights::orderBytes);
    long graph = file.metadataBytes() - scales - biases - orders;
    long alignment = file.fileBytes() - file.metadataBytes() - codes - tails;
    List<FileFacts.Part> parts = new ArrayList<>();
    parts.add(new FileFacts.Part("codes", codes));
    parts.add(new FileFacts.Part("tails", tails));
    parts.add(new FileFacts.Part("scales", scales));
    parts.add(new FileFacts.Part("biases", biases));
    parts.add(new FileFacts.Part("channel orders", orders));
    parts.add(new FileFacts.Part("graph, labels, texts", graph));
    parts.add(new FileFacts.Part("alignment, checksum", alignment));
    return parts.stream().filter(part -> part.bytes() != 0).toList();
  }

  private static List<FileFacts.Part> compressed(PqFile file) {
    PqFile.Parts parts = file.parts();
    return List.of(
        new FileFacts.Part("levels and their tables", parts.levels()),
        new FileFacts.Part("scales, biases, channel orders", parts.channels()),
        new FileFacts.Part("graph, labels, texts", parts.graph()),
        new FileFacts.Part("frame, checksums", parts.frame()));
  }

  private static long sum(PqFile file, ToLongFunction<Weights> bytes) {
    long sum = 0;
    for (Operation.Convolution convolution : file.outline().convolutions()) {
      sum += bytes.applyAsLong(convolution.weights());
    }
    return sum;
  }
}
