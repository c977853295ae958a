package org.ptilmpq.format;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.ptilmpq.format.CompressedFile.Layer;
import org.ptilmpq.format.entropy.AdaptiveLevels;
import org.ptilmpq.format.entropy.ArithmeticDecoder;
import org.ptilmpq.format.entropy.BinaryCoder;
import org.ptilmpq.format.entropy.LevelContexts;
import org.ptilmpq.format.entropy.RansDecoder;

/** The levels of a compressed file's layers, on their way into native memory. */
final class CompressedLevels {

  /** Cost of an adaptively coded level relative to one coded with tables. */
  private static final int ADAPTIVE_COST = 30;

  private final List<Layer> layers;
  private final ArithmeticDecoder coder;
  private final Arena arena;
  private final Operation.Convolution[] decoded;

  /** A part of decoding that doesn't depend on the others. */
  private record Task(long cost, Step step) {

    interface Step {
      void run() throws PqFormatException;
    }

    /** Runs it and returns its fault, or null. */
    PqFormatException fault() {
      try {
        step.run();
        return null;
      } catch (PqFormatException e) {
        return e;
      }
    }
  }

  /**
   * @param coder positioned after the heads, where the adaptively coded levels begin
   * @param arena for the weights
   */
  CompressedLevels(List<Layer> layers, ArithmeticDecoder coder, Arena arena) {
    this.layers = layers;
    this.coder = coder;
    this.arena = arena;
    this.decoded = new Operation.Convolution[layers.size()];
    for (int i = 0; i < decoded.length; i++) {
      decoded[i] = layers.get(i).convolution();
    }
  }

  /** Decodes everything and returns the convolutions with their weights; what {@code work} leaves out has none. */
  List<Operation.Convolution> decode(PqFile.LayerWork work, CodedLayer.Decoder decoder) throws PqFormatException {
    List<Task> tasks = tasks(decoder);
    PqFormatException[] faults = new PqFormatException[tasks.size()];
    work.run(tasks.size(), task -> faults[task] = tasks.get(task).fault());
    for (PqFormatException fault : faults) {
      if (fault != null) {
        throw fault;
      }
    }
    return Arrays.asList(decoded);
  }

  /** All tasks, the longest first, so that no thread is left alone with one at the end. */
  private List<Task> tasks(CodedLayer.Decoder decoder) {
    List<Task> tasks = new ArrayList<>();
    List<Layer> adaptive = new ArrayList<>();
    long adaptiveLevels = 0;
    for (Layer layer : layers) {
      switch (layer.head().coding()) {
        case NONE -> tasks.add(new Task(0, () -> place(layer)));
        case TABLES -> tasks.add(new Task(layer.shape().levels(), () -> withTables(decoder, layer)));
        case ADAPTIVE -> {
          adaptive.add(layer);
          adaptiveLevels += layer.shape().levels();
        }
      }
    }
    if (!adaptive.isEmpty()) {
      tasks.add(new Task(ADAPTIVE_COST * adaptiveLevels, () -> adaptively(adaptive)));
    }
    tasks.sort(Comparator.comparingLong(Task::cost).reversed());
    return tasks;
  }

  /** Allocates native memory for a layer's weights, filled with zeros. */
  private Weights place(Layer layer) {
    long codesBytes = BitPacking.codesBytes(layer.shape().inputs(), layer.shape().groups());
    MemorySegment codes = arena.allocate(codesBytes, Long.BYTES);
    MemorySegment tails = arena.allocate(layer.head().tailBytes(), Long.BYTES);
    decoded[layer.index()] = layer.with(codes.asReadOnly(), tails.asReadOnly());
    return layer.with(codes, tails).weights();
  }

  /** Decodes a layer with tables; what that needs is allocated here, so that it exists at most once per thread. */
  private void withTables(CodedLayer.Decoder decoder, Layer layer) throws PqFormatException {
    Weights weights = place(layer);
    LayerShape shape = layer.shape();
    if (decoder != CodedLayer.Decoder.NONE && isBounded(shape)) {
      if (decoder.decode(CodedLayer.of(shape, layer.head(), layer.stream(), weights))) {
        return;
      }
      weights.codes().fill((byte) 0);
      weights.tails().fill((byte) 0);
    }
    try {
      new LayerDecoder(shape, layer.head(), weights.codes(), weights.tails()).withTables(layer.stream());
    } catch (PqFormatException e) {
      throw CompressedFile.fault(layer.convolution(), e.getMessage());
    }
  }

  /** Whether no sum can exceed its limit, whatever the levels are, so that they don't have to be added up. */
  private static boolean isBounded(LayerShape shape) {
    for (ChannelGroup group : shape.groups()) {
      if (shape.inputs() * WeightsVerifier.maxLevel(group) > WeightsVerifier.MAX_SUM) {
        return false;
      }
    }
    return true;
  }

  private void adaptively(List<Layer> adaptive) throws PqFormatException {
    AdaptiveLevels model = new AdaptiveLevels();
    for (Layer layer : adaptive) {
      Weights weights = place(layer);
      new LayerDecoder(layer.shape(), layer.head(), weights.codes(), weights.tails()).adaptively(coder, model);
    }
    if (!coder.isFinished()) {
      throw new PqFormatException("head: it does not end where the layers do");
    }
  }

  /** Decodes the levels of one layer into the packed form. */
  private static final class LayerDecoder {

    private final LayerShape shape;
    private final LayerHead head;
    private final BlockPacker packer;
    private final MemorySegment tails;
    private final int[] row = new int[BitPacking.BLOCK];

    /**
     * @param codes filled with zeros, of the length that follows from the groups
     * @param tails of the length that the head states
     */
    LayerDecoder(LayerShape shape, LayerHead head, MemorySegment codes, MemorySegment tails) {
      this.shape = shape;
      this.head = head;
      this.packer = new BlockPacker(shape.inputs(), codes);
      this.tails = tails;
    }

    void withTables(MemorySegment stream) throws PqFormatException {
      RansDecoder decoder =
          new RansDecoder(
              head.tables(),
              shape.contexts(head.logMean()),
              head.logMean(),
              stream.toArray(ValueLayout.JAVA_BYTE),
              head.words(),
              head.escapes());
      for (BitPacking.Block block : shape.blocks()) {
        decoder.startBlock(block.channels());
        packer.startBlock(block.group(), block.channels());
        for (int input = 0; input < shape.inputs(); input++) {
          if (!decoder.row(input, block.channels(), row)) {
            throw new PqFormatException("the stream of levels is too short");
          }
          packer.row(input, row);
        }
        packer.finishBlock();
      }
      if (!decoder.isFinished()) {
        throw new PqFormatException("the stream of levels does not end where the levels do");
      }
      finishTails();
    }

    /** @param coder positioned after the levels of the previous layer */
    void adaptively(BinaryCoder coder, AdaptiveLevels model) throws PqFormatException {
      LevelContexts contexts = shape.contexts(head.logMean());
      for (BitPacking.Block block : shape.blocks()) {
        contexts.startBlock(block.channels());
        packer.startBlock(block.group(), block.channels());
        for (int input = 0; input < shape.inputs(); input++) {
          contexts.prepare(input);
          model.row(coder, contexts, input, block.channels(), row);
          packer.row(input, row);
          contexts.learn(input, row);
        }
        packer.finishBlock();
      }
      finishTails();
    }

    private void finishTails() throws PqFormatException {
      byte[] packed = packer.finishTails();
      if (packed.length != tails.byteSize()) {
        throw new PqFormatException(
            "the tails take " + packed.length + " bytes, not the " + tails.byteSize() + " that were announced");
      }
      MemorySegment.copy(packed, 0, tails, ValueLayout.JAVA_BYTE, 0, packed.length);
    }
  }
}
