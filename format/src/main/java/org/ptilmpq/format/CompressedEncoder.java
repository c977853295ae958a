package org.ptilmpq.format;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ptilmpq.format.entropy.AdaptiveLevels;
import org.ptilmpq.format.entropy.ArithmeticEncoder;
import org.ptilmpq.format.entropy.RansEncoder;

/** Encodes a verified model as a compressed file. */
final class CompressedEncoder {

  /** A model with no more levels than these is coded adaptively as a whole: that is decoded fast enough. */
  private static final long SMALL_MODEL = 1 << 20;

  /**
   * A larger model's layers of no more levels than this are also coded adaptively, up to a total that doesn't show when
   * it is opened.
   */
  private static final long SMALL_LAYER = 1 << 14;

  private static final long SMALL_LAYERS = 1 << 17;

  private final PqModel model;
  private final long smallModel;
  private final long smallLayer;

  private CompressedEncoder(PqModel model, long smallModel, long smallLayer) {
    this.model = model;
    this.smallModel = smallModel;
    this.smallLayer = smallLayer;
  }

  static byte[] encode(PqModel model) throws PqFormatException {
    return encode(model, SMALL_MODEL, SMALL_LAYER);
  }

  /**
   * Encodes a verified model with other bounds.
   *
   * @param smallModel levels of a model that is coded adaptively as a whole
   * @param smallLayer levels of a layer that is coded adaptively in any model
   */
  static byte[] encode(PqModel model, long smallModel, long smallLayer) throws PqFormatException {
    return new CompressedEncoder(model, smallModel, smallLayer).file();
  }

  private byte[] file() throws PqFormatException {
    byte[] graph = ModelEncoder.outline(model);
    if (graph.length - FileLayout.SIZE_PREFIX > ModelLimits.MAX_METADATA) {
      throw new PqFormatException(
          "the graph would take " + graph.length + " bytes; " + ModelLimits.MAX_METADATA + " is the limit");
    }
    byte[] deflated = MetadataDeflater.deflate(withoutPrefix(graph));
    List<byte[]> streams = new ArrayList<>();
    byte[] head = head(streams);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    putNumber(body, graph.length - FileLayout.SIZE_PREFIX);
    putNumber(body, deflated.length);
    body.writeBytes(deflated);
    putNumber(body, head.length);
    body.writeBytes(head);
    streams.forEach(body::writeBytes);

    int frameBytes = ModelEncoder.frame(1).length;
    long fileBytes = frameBytes + 2L * FileLayout.CHECKSUM + body.size();
    checkSize(fileBytes);
    byte[] frame = ModelEncoder.frame(fileBytes);
    byte[] bytes = body.toByteArray();
    ByteBuffer file = ByteBuffer.allocate((int) fileBytes).order(ByteOrder.LITTLE_ENDIAN);
    file.put(frame).putInt(FileLayout.crc32c(MemorySegment.ofArray(frame)));
    file.put(bytes).putInt(FileLayout.crc32c(MemorySegment.ofArray(bytes)));
    return file.array();
  }

  private static byte[] withoutPrefix(byte[] graph) {
    return Arrays.copyOfRange(graph, FileLayout.SIZE_PREFIX, graph.length);
  }

  /** The arithmetic stream: what there is per layer, then the levels of the small ones. */
  private byte[] head(List<byte[]> streams) throws PqFormatException {
    ArithmeticEncoder coder = new ArithmeticEncoder();
    HeadCoder heads = new HeadCoder(coder);
    List<LayerEncoder> adaptive = new ArrayList<>();
    long levels = levels();
    long adaptiveLevels = 0;
    for (Operation.Convolution convolution : model.convolutions()) {
      LayerShape shape = LayerShape.of(convolution, model);
      LayerEncoder layer = new LayerEncoder(shape, convolution.weights());
      boolean small =
          levels <= smallModel || shape.levels() <= smallLayer && adaptiveLevels + shape.levels() <= SMALL_LAYERS;
      if (shape.levels() == 0) {
        heads.code(shape, layer.head(LevelCoding.NONE, null));
      } else if (small) {
        heads.code(shape, layer.head(LevelCoding.ADAPTIVE, null));
        adaptive.add(layer);
        adaptiveLevels += shape.levels();
      } else {
        RansEncoder.Coded coded = layer.withTables();
        heads.code(shape, layer.head(LevelCoding.TABLES, coded));
        streams.add(coded.stream());
      }
    }
    AdaptiveLevels adaptiveModel = new AdaptiveLevels();
    adaptive.forEach(layer -> layer.adaptively(coder, adaptiveModel));
    return coder.finish();
  }

  private long levels() {
    return model.convolutions().stream().mapToLong(convolution -> LayerShape.of(convolution, model).levels()).sum();
  }

  private void checkSize(long fileBytes) throws PqFormatException {
    if (fileBytes > Integer.MAX_VALUE) {
      throw new PqFormatException("the compressed file would have " + fileBytes + " bytes; 2 GiB is the limit");
    }
    CompressedFile.checkElements(model, fileBytes);
  }

  /** Writes seven bits per byte, the lowest first; the eighth says that more follow. */
  private static void putNumber(ByteArrayOutputStream out, int number) {
    int left = number;
    while (left >= 0x80) {
      out.write(left | 0x80);
      left >>>= 7;
    }
    out.write(left);
  }
}
