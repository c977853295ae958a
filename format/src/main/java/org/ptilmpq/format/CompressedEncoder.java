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
import org.ptilmpq.format.entropy.BinaryCoder;
import org.ptilmpq.format.entropy.LevelContexts;
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
    LayerHead.Coder heads = new LayerHead.Coder(coder);
    List<LayerEncoder> adaptive = new ArrayList<>();
    long levels = levels();
    long adaptiveLevels = 0;
    for (Operation.Convolution convolution : model.convolutions()) {
      LayerShape shape = LayerShape.of(convolution, model);
      LayerEncoder layer = new LayerEncoder(shape, convolution.weights());
      boolean small =
          levels <= smallModel || shape.levels() <= smallLayer && adaptiveLevels + shape.levels() <= SMALL_LAYERS;
      if (shape.levels() == 0) {
        heads.code(shape, layer.head(LayerHead.Coding.NONE, null));
      } else if (small) {
        heads.code(shape, layer.head(LayerHead.Coding.ADAPTIVE, null));
        adaptive.add(layer);
        adaptiveLevels += shape.levels();
      } else {
        RansEncoder.Coded coded = layer.withTables();
        heads.code(shape, layer.head(LayerHead.Coding.TABLES, coded));
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

  /** Encodes the levels of one layer. */
  private static final class LayerEncoder {

    private final LayerShape shape;
    private final Weights weights;
    private final short[][] levels;
    private final int logMean;

    LayerEncoder(LayerShape shape, Weights weights) {
      this.shape = shape;
      this.weights = weights;
      this.levels = shape.levels() == 0 ? new short[0][] : weights.unpackedCodes();
      long magnitudes = 0;
      for (short[] channel : levels) {
        for (short level : channel) {
          magnitudes += Math.abs(level);
        }
      }
      this.logMean = shape.levels() == 0 ? 0 : LevelContexts.logMean(magnitudes, shape.levels());
    }

    /** Encodes the levels with fixed tables. */
    RansEncoder.Coded withTables() {
      RansEncoder encoder = new RansEncoder(shape.contexts(logMean), logMean);
      int[] row = new int[BitPacking.BLOCK];
      for (BitPacking.Block block : shape.blocks()) {
        encoder.startBlock(block.channels());
        for (int input = 0; input < shape.inputs(); input++) {
          fill(row, block, input);
          encoder.row(input, block.channels(), row);
        }
      }
      return encoder.finish();
    }

    /** Encodes the levels by probabilities that adapt. */
    void adaptively(BinaryCoder coder, AdaptiveLevels model) {
      LevelContexts contexts = shape.contexts(logMean);
      int[] row = new int[BitPacking.BLOCK];
      for (BitPacking.Block block : shape.blocks()) {
        contexts.startBlock(block.channels());
        for (int input = 0; input < shape.inputs(); input++) {
          fill(row, block, input);
          contexts.prepare(input);
          model.row(coder, contexts, input, block.channels(), row);
          contexts.learn(input, row);
        }
      }
    }

    private void fill(int[] row, BitPacking.Block block, int input) {
      for (int j = 0; j < block.channels(); j++) {
        row[j] = levels[block.first() + j][input];
      }
    }

    /** @param coded with tables, or null */
    LayerHead head(LayerHead.Coding coding, RansEncoder.Coded coded) {
      return new LayerHead(
          weights.tails().byteSize(),
          weights.channelOrder(),
          weights.scales(),
          weights.biases(),
          coding,
          logMean,
          coded == null ? null : coded.tables(),
          coded == null ? 0 : coded.words(),
          coded == null ? 0 : coded.escapes());
    }
  }
}
