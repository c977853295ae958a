package org.ptilmpq.format;

import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.format.entropy.LevelContexts;

/**
 * The properties that decide how the levels of a layer are coded.
 *
 * @param inputs weights of one output channel
 * @param inputChannels that one output channel sees
 * @param kernelWidth taps of a row of the kernel
 * @param parts that groups and order don't cross
 * @param groups of the layer
 */
record LayerShape(int inputs, int inputChannels, int kernelWidth, int parts, List<ChannelGroup> groups) {

  static LayerShape of(Operation.Convolution convolution, PqModel model) {
    int channels = model.tensors().get(convolution.input()).channels();
    int inputChannels = channels / convolution.groups();
    return new LayerShape(
        convolution.weights().inputs(),
        inputChannels,
        convolution.window().kernelWidth(),
        convolution.parts(model),
        convolution.weights().groups());
  }

  int channels() {
    int channels = 0;
    for (ChannelGroup group : groups) {
      channels += group.channels();
    }
    return channels;
  }

  /** Number of coded levels: channels of width 0 have none. */
  long levels() {
    long channels = 0;
    for (ChannelGroup group : groups) {
      channels += group.width() > 0 ? group.channels() : 0;
    }
    return channels * inputs;
  }

  /** The blocks that are coded, in their order. */
  List<BitPacking.Block> blocks() {
    List<BitPacking.Block> coded = new ArrayList<>();
    for (BitPacking.Block block : BitPacking.blocks(groups, inputs)) {
      if (block.width() > 0) {
        coded.add(block);
      }
    }
    return coded;
  }

  LevelContexts contexts(int logMean) {
    int maxChannels = 0;
    for (BitPacking.Block block : blocks()) {
      maxChannels = Math.max(maxChannels, block.channels());
    }
    return new LevelContexts(inputs, inputChannels, kernelWidth, maxChannels, logMean);
  }
}
