package org.ptilmpq.format;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.format.entropy.ArithmeticDecoder;
import org.ptilmpq.format.entropy.RansDecoder;
import org.ptilmpq.format.gen.Model;

/**
 * A compressed file whose checksums are right: its graph and its channels are decoded and verified at once, the levels
 * of its layers on request.
 */
final class CompressedFile {

  /** Channels and levels that any file may have; each of its bytes allows {@link #ELEMENTS_PER_BYTE} more. */
  private static final long MIN_ELEMENTS = 1 << 20;

  private static final long ELEMENTS_PER_BYTE = 256;

  /**
   * A layer.
   *
   * @param index among the convolutions
   * @param convolution whose weights have only groups
   * @param stream empty where it isn't coded with tables
   */
  record Layer(int index, Operation.Convolution convolution, LayerShape shape, LayerHead head, MemorySegment stream) {

    /** The convolution with all that the head says of its channels. */
    Operation.Convolution with(MemorySegment codes, MemorySegment tails) {
      return convolution.with(
          new Weights(shape.inputs(), shape.groups(), head.order(), head.scales(), head.biases(), codes, tails));
    }
  }

  /** Null from decoding on: a session continues without it. */
  private MemorySegment body;

  private final PqModel outline;
  private final List<Layer> layers;
  private final ArithmeticDecoder coder;
  private final PqFile.Parts parts;

  private CompressedFile(
      MemorySegment body, PqModel outline, List<Layer> layers, ArithmeticDecoder coder, PqFile.Parts parts) {
    this.body = body;
    this.outline = outline;
    this.layers = layers;
    this.coder = coder;
    this.parts = parts;
  }

  /**
   * @param body the bytes of the file between the frame's checksum and the body's, which are right
   * @param fileBytes length of the file
   */
  static CompressedFile open(MemorySegment body, long fileBytes) throws PqFormatException {
    Cursor cursor = new Cursor(body);
    int graphBytes = cursor.number("graph");
    byte[] deflated = cursor.bytes("graph", cursor.number("graph"));
    byte[] head = cursor.bytes("head", cursor.number("head"));
    PqModel graph = graph(deflated, graphBytes, fileBytes);

    ArithmeticDecoder coder = new ArithmeticDecoder(head);
    LayerHead.Coder heads = new LayerHead.Coder(coder);
    List<Layer> layers = new ArrayList<>();
    List<Operation.Convolution> convolutions = new ArrayList<>();
    MemorySegment none = MemorySegment.ofArray(new byte[0]);
    long stream = cursor.position;
    for (Operation.Convolution convolution : graph.convolutions()) {
      LayerShape shape = LayerShape.of(convolution, graph);
      LayerHead layerHead = head(heads, shape, convolution);
      long streamBytes = 0;
      if (layerHead.coding() == LayerHead.Coding.TABLES) {
        streamBytes = RansDecoder.streamBytes(layerHead.words(), layerHead.escapes());
      }
      if (stream + streamBytes > body.byteSize()) {
        throw fault(convolution, "its stream reaches beyond the end of the file");
      }
      Layer layer = new Layer(layers.size(), convolution, shape, layerHead, body.asSlice(stream, streamBytes));
      layers.add(layer);
      convolutions.add(layer.with(none, none));
      stream += streamBytes;
    }
    if (stream != body.byteSize()) {
      throw new PqFormatException((body.byteSize() - stream) + " bytes after the last layer's stream");
    }
    if (layers.stream().noneMatch(layer -> layer.head.coding() == LayerHead.Coding.ADAPTIVE) && !coder.isFinished()) {
      throw new PqFormatException("head: it does not end where the layers do");
    }
    PqModel outline = graph.with(convolutions);
    new ModelVerifier(outline, ModelVerifier.Places.of(outline), WeightsVerifier.Extent.CHANNELS).verify();
    long channels = Math.min(coder.consumedBytes(), head.length);
    long levels = head.length - channels + body.byteSize() - cursor.position;
    PqFile.Parts parts =
        new PqFile.Parts(deflated.length, channels, levels, fileBytes - deflated.length - channels - levels);
    return new CompressedFile(body, outline, layers, coder, parts);
  }

  private static PqModel graph(byte[] deflated, int bytes, long fileBytes) throws PqFormatException {
    if (bytes > ModelLimits.MAX_METADATA || !MetadataDeflater.isPossible(deflated.length, bytes)) {
      throw new PqFormatException("graph: " + bytes + " bytes from " + deflated.length);
    }
    byte[] inflated = new byte[FileLayout.SIZE_PREFIX + bytes];
    ByteBuffer buffer = ByteBuffer.wrap(inflated).order(ByteOrder.LITTLE_ENDIAN).putInt(0, bytes);
    MetadataDeflater.inflate(deflated, inflated, FileLayout.SIZE_PREFIX);
    if (bytes < FileLayout.IDENTIFIER_OFFSET) {
      throw new PqFormatException("graph: only " + bytes + " bytes");
    }
    FlatBufferVerifier structure = new FlatBufferVerifier(buffer);
    structure.verify(PqSchema.OUTLINE);
    Model root = Model.getRootAsModel(buffer.duplicate().position(FileLayout.SIZE_PREFIX));
    PqModel graph = ModelDecoder.decodeOutline(root, structure);
    int[] tensors = structure.tablePositions(PqSchema.TENSORS_SLOT);
    int[] operations = structure.tablePositions(PqSchema.OPERATIONS_SLOT);
    ModelVerifier.Places places = ModelVerifier.Places.of(graph, tensors, operations);
    new ModelVerifier(graph, places, WeightsVerifier.Extent.GROUPS).verify();
    checkElements(graph, fileBytes);
    return graph;
  }

  /** Checks that what a reader makes from a file is bounded by the file's length. */
  static void checkElements(PqModel graph, long fileBytes) throws PqFormatException {
    long elements = 0;
    for (Operation.Convolution convolution : graph.convolutions()) {
      LayerShape shape = LayerShape.of(convolution, graph);
      elements += shape.channels() + shape.levels();
    }
    long limit = MIN_ELEMENTS + ELEMENTS_PER_BYTE * fileBytes;
    if (elements > limit) {
      throw new PqFormatException(
          "%d channels and levels in a compressed file of %d bytes; %d is the limit: store it packed"
              .formatted(elements, fileBytes, limit));
    }
  }

  private static LayerHead head(LayerHead.Coder heads, LayerShape shape, Operation.Convolution convolution)
      throws PqFormatException {
    LayerHead head;
    try {
      head = heads.code(shape, null);
    } catch (PqFormatException e) {
      throw fault(convolution, e.getMessage());
    }
    long most = 0;
    for (BitPacking.Block block : shape.blocks()) {
      int planes = Grid.SparseTails.maxTailPlanes(block.group().width());
      most += TailPacking.blockBytes(shape.inputs(), planes, block.channels());
    }
    if (head.tailBytes() > most + BitPacking.TAIL) {
      throw fault(convolution, head.tailBytes() + " bytes of tails; its shape allows " + (most + BitPacking.TAIL));
    }
    if (BitPacking.codesBytes(shape.inputs(), shape.groups()) > Integer.MAX_VALUE) {
      throw fault(convolution, "its codes take more than 2 GiB");
    }
    return head;
  }

  /** The model without its levels. */
  PqModel outline() {
    return outline;
  }

  PqFile.Parts parts() {
    return parts;
  }

  /** The bytes of each layer, in the order of the convolutions. */
  List<PqFile.LayerBytes> layerBytes() {
    List<PqFile.LayerBytes> bytes = new ArrayList<>();
    for (Layer layer : layers) {
      long codes = BitPacking.codesBytes(layer.shape.inputs(), layer.shape.groups());
      bytes.add(new PqFile.LayerBytes(codes, layer.head.tailBytes(), layer.stream.byteSize()));
    }
    return bytes;
  }

  /**
   * Decodes all levels; only once, since it uses up the head's decoder.
   *
   * @param decoder tried first for each layer that is coded with tables
   * @param arena for the weights
   */
  PqModel decode(PqFile.LayerWork work, CodedLayer.Decoder decoder, Arena arena) throws PqFormatException {
    CompressedLevels levels = new CompressedLevels(layers, coder, arena);
    body = null;
    return outline.with(levels.decode(work, decoder));
  }

  static PqFormatException fault(Operation.Convolution convolution, String fault) {
    return new PqFormatException("compressed layer '" + convolution.name() + "': " + fault);
  }

  /** Reads lengths and the bytes they count. */
  private static final class Cursor {
    private final MemorySegment body;
    private long position;

    Cursor(MemorySegment body) {
      this.body = body;
    }

    int number(String field) throws PqFormatException {
      long number = 0;
      for (int shift = 0; shift < Integer.SIZE; shift += 7) {
        if (position == body.byteSize()) {
          break;
        }
        int next = body.get(ValueLayout.JAVA_BYTE, position++);
        number |= (next & 0x7FL) << shift;
        if (next >= 0) {
          if (number > Integer.MAX_VALUE || next == 0 && shift > 0) {
            break;
          }
          return (int) number;
        }
      }
      throw new PqFormatException(field + ": no length where one should be");
    }

    byte[] bytes(String field, int length) throws PqFormatException {
      if (length > body.byteSize() - position) {
        throw new PqFormatException(field + ": " + length + " bytes reach beyond the end of the file");
      }
      byte[] bytes = body.asSlice(position, length).toArray(ValueLayout.JAVA_BYTE);
      position += length;
      return bytes;
    }
  }
}
