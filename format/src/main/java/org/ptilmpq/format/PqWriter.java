package org.ptilmpq.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes {@code .pq} files. Equal models give equal bytes. */
public final class PqWriter {

  private PqWriter() {}

  /**
   * Writes a packed file: {@link #write(PqModel, Path, Storage)}.
   *
   * @throws PqFormatException when the model breaks a rule of the format
   * @throws IOException when the file can't be written
   */
  public static void write(PqModel model, Path target) throws IOException {
    write(model, target, Storage.PACKED);
  }

  /**
   * Writes a model, or leaves things as they were: see {@link AtomicFile}.
   *
   * @param model whose codes lie in native memory or a byte array
   * @throws PqFormatException when the model breaks a rule of the format
   * @throws IOException when the file can't be written
   */
  public static void write(PqModel model, Path target, Storage storage) throws IOException {
    PqVerifier.verify(model);
    AtomicFile.write(target, channel -> emit(model, storage, channel));
  }

  /**
   * Writes what another file holds, in this form; the target may be that file.
   *
   * @throws PqFormatException when a compressed layer is damaged, or the file was changed while it was read
   * @throws IOException when the file can't be written
   */
  public static void write(PqFile source, Path target, Storage storage) throws IOException {
    try {
      source.requireUnchanged();
      PqModel model = source.model();
      PqVerifier.verify(model);
      AtomicFile.write(
          target,
          channel -> {
            emit(model, storage, channel);
            source.requireUnchanged();
          });
    } catch (InternalError e) {
      throw source.lost(e);
    }
  }

  /**
   * The bytes of a model's packed file, for models below 2 GiB.
   *
   * @throws PqFormatException when the model breaks a rule of the format
   */
  public static byte[] toBytes(PqModel model) throws PqFormatException {
    return toBytes(model, Storage.PACKED);
  }

  /**
   * The bytes of a model's file, for models below 2 GiB.
   *
   * @throws PqFormatException when the model breaks a rule of the format
   */
  public static byte[] toBytes(PqModel model, Storage storage) throws PqFormatException {
    PqVerifier.verify(model);
    return unverified(model, storage);
  }

  /** The bytes of a model's file, even when a reader will refuse it. */
  static byte[] unverified(PqModel model, Storage storage) throws PqFormatException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      emit(model, storage, Channels.newChannel(bytes));
    } catch (PqFormatException e) {
      throw e;
    } catch (IOException e) {
      throw new AssertionError("memory can't fail to be written", e);
    }
    return bytes.toByteArray();
  }

  /** Length that the model's packed file will have: {@link #fileBytes(PqModel, Storage)}. */
  public static long fileBytes(PqModel model) {
    return packedBytes(model);
  }

  /**
   * Length that the model's file will have, everything counted. For a packed one the codes themselves are ignored:
   * their length follows from the groups, so that sizes can be tried before a weight is rounded; of tails the segment's
   * length counts. For a compressed one the file is made.
   *
   * @throws PqFormatException when the model can't be compressed because it breaks a rule of the format
   */
  public static long fileBytes(PqModel model, Storage storage) throws PqFormatException {
    return switch (storage) {
      case PACKED -> packedBytes(model);
      case COMPRESSED -> toBytes(model, storage).length;
    };
  }

  private static long packedBytes(PqModel model) {
    List<Long> lengths = new ArrayList<>();
    for (Operation.Convolution convolution : model.convolutions()) {
      Weights weights = convolution.weights();
      lengths.add(BitPacking.codesBytes(weights.inputs(), weights.groups()));
      if (TailPacking.hasTails(weights.groups())) {
        lengths.add(weights.tails().byteSize());
      }
    }
    int metadata = ModelEncoder.encode(model, place(0, lengths, new int[lengths.size()]), 1).length;
    List<FileLayout.Section> sections = place(metadata, lengths, new int[lengths.size()]);
    return fileBytes(metadata, sections);
  }

  private static void emit(PqModel model, Storage storage, WritableByteChannel out) throws IOException {
    switch (storage) {
      case PACKED -> emitPacked(model, out);
      case COMPRESSED -> AtomicFile.writeAll(ByteBuffer.wrap(CompressedEncoder.encode(model)), out);
    }
  }

  private static void emitPacked(PqModel model, WritableByteChannel out) throws IOException {
    List<MemorySegment> contents = new ArrayList<>();
    for (Operation.Convolution convolution : model.convolutions()) {
      Weights weights = convolution.weights();
      contents.add(weights.codes());
      if (TailPacking.hasTails(weights.groups())) {
        contents.add(weights.tails());
      }
    }
    List<Long> lengths = contents.stream().map(MemorySegment::byteSize).toList();
    int[] checksums = contents.stream().mapToInt(FileLayout::crc32c).toArray();

    // The places of the sections depend on the metadata's length, but not vice versa: encode twice.
    int metadataBytes = ModelEncoder.encode(model, place(0, lengths, checksums), 1).length;
    if (metadataBytes - FileLayout.SIZE_PREFIX > ModelLimits.MAX_METADATA) {
      throw new PqFormatException(
          "metadata would take " + metadataBytes + " bytes; " + ModelLimits.MAX_METADATA + " is the limit");
    }
    List<FileLayout.Section> sections = place(metadataBytes, lengths, checksums);
    long fileBytes = fileBytes(metadataBytes, sections);
    if (fileBytes > FileLayout.MAX_FILE_BYTES) {
      throw new PqFormatException("the file would have " + fileBytes + " bytes; 4 GiB is the format's limit");
    }
    byte[] metadata = ModelEncoder.encode(model, sections, fileBytes);

    ByteBuffer head = ByteBuffer.allocate((int) FileLayout.firstSection(metadataBytes));
    head.order(ByteOrder.LITTLE_ENDIAN).put(metadata).putInt(FileLayout.crc32c(MemorySegment.ofArray(metadata)));
    AtomicFile.writeAll(head.clear(), out);
    for (int i = 0; i < sections.size(); i++) {
      write(contents.get(i), out);
      if (i + 1 < sections.size()) {
        AtomicFile.writeAll(ByteBuffer.allocate((int) (sections.get(i + 1).offset() - sections.get(i).end())), out);
      }
    }
  }

  private static List<FileLayout.Section> place(long metadataBytes, List<Long> lengths, int[] checksums) {
    List<FileLayout.Section> sections = new ArrayList<>();
    long offset = FileLayout.firstSection(metadataBytes);
    for (int i = 0; i < lengths.size(); i++) {
      FileLayout.Section section = new FileLayout.Section(offset, lengths.get(i), checksums[i]);
      sections.add(section);
      offset = FileLayout.align(section.end());
    }
    return sections;
  }

  private static long fileBytes(long metadataBytes, List<FileLayout.Section> sections) {
    return sections.isEmpty() ? FileLayout.firstSection(metadataBytes) : sections.getLast().end();
  }

  private static void write(MemorySegment bytes, WritableByteChannel out) throws IOException {
    long chunk = 1 << 24;
    for (long done = 0; done < bytes.byteSize(); done += chunk) {
      AtomicFile.writeAll(bytes.asSlice(done, Math.min(chunk, bytes.byteSize() - done)).asByteBuffer(), out);
    }
  }
}
