package org.ptilmpq.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The recipe of the golden files of version 1.1: the network of {@link GoldenModel}, some of its layers with sparse
 * tails. It uses no random numbers and must never change.
 */
final class GoldenModel11 {

  private static final Grid TAILS = new Grid.SparseTails();

  private GoldenModel11() {}

  /** Writes the packed file, the compressed one, and one with tables in all layers: see {@link GoldenFileTest}. */
  public static void main(String[] arguments) throws IOException {
    PqWriter.write(model(), Path.of(arguments[0]), Storage.PACKED);
    PqWriter.write(model(), Path.of(arguments[1]), Storage.COMPRESSED);
    Files.write(Path.of(arguments[2]), CompressedEncoder.encode(model(), 0, 0));
  }

  static PqModel model() {
    PqModel model = With.with(GoldenModel.model(), "name", "golden-1.1");
    model = weights(model, GoldenModel.CONVOLUTION, List.of(group(60, 2), group(6, 4), none(1)), 5);
    model = weights(model, GoldenModel.DEPTHWISE, List.of(group(7, 3), group(1, 1)), 13);
    return weights(model, GoldenModel.RESIDUAL, List.of(group(3, 8), group(4, 1), none(1)), 11);
  }

  private static ChannelGroup group(int channels, int width) {
    return new ChannelGroup(channels, width, TAILS);
  }

  private static ChannelGroup none(int channels) {
    return new ChannelGroup(channels, 0, new Grid.Uniform());
  }

  /** @param rarity one weight in this many is larger, up to the largest there can be */
  private static PqModel weights(PqModel model, int operation, List<ChannelGroup> groups, int rarity) {
    Weights old = ((Operation.Convolution) model.operations().get(operation)).weights();
    short[][] levels = new short[old.channels()][old.inputs()];
    int i = 0;
    for (short[] channel : levels) {
      for (int k = 0; k < channel.length; k++, i++) {
        int small = i * 7 % 5 - 2 + i % 3 - 1;
        int large = i % 2 == 0 ? 2047 - i % 977 * 2 : -2048 + i % 991;
        channel[k] = (short) (i % rarity == rarity - 1 ? (i % 4 == 1 ? large : 5 * small) : small);
      }
    }
    int position = 0;
    for (ChannelGroup group : groups) {
      for (int j = 0; j < group.channels(); j++, position++) {
        if (group.width() == 0) {
          Arrays.fill(levels[position], (short) 0);
        }
      }
    }
    PackedCodes packed = PackedCodes.pack(groups, old.inputs(), levels);
    PqModel changed = With.weights(model, operation, "groups", groups);
    changed = With.weights(changed, operation, "codes", packed.codes());
    return With.weights(changed, operation, "tails", packed.tails());
  }
}
