package org.ptilmpq.quantizer.calibration;

import java.io.UncheckedIOException;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import org.ptilmpq.runtime.image.PictureException;

/**
 * Calibration inputs in the bytes that the network reads. Whole pictures are in memory; parts of them, of which there
 * may be several times as many, are made of their files each time they are requested.
 */
final class InputBytes extends AbstractList<byte[]> implements RandomAccess {

  private final List<byte[]> whole;
  private final InputSource source;
  private final int[] parts;

  /**
   * @param whole pictures
   * @param source of the parts
   * @param parts their indices in the source; the files were readable a moment ago
   */
  InputBytes(List<byte[]> whole, InputSource source, int[] parts) {
    this.whole = List.copyOf(whole);
    this.source = source;
    this.parts = parts.clone();
  }

  /**
   * Returns the bytes of one input, which are not to be changed.
   *
   * @throws UncheckedIOException when the file of a part can't be read any more
   */
  @Override
  public byte[] get(int index) {
    if (index < whole.size()) {
      return whole.get(index);
    }
    try {
      return source.read(parts[index - whole.size()]).bytes();
    } catch (PictureException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int size() {
    return whole.size() + parts.length;
  }
}
