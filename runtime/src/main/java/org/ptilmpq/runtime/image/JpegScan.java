package org.ptilmpq.runtime.image;

import java.util.Arrays;

/** One scan: its header (ITU-T T.81, B.2.3), and its compressed data unit by unit with the restarts between them. */
final class JpegScan {

  /** Blocks of a unit of several components (T.81, B.2.3). */
  private static final int MAX_UNIT_BLOCKS = 10;

  /** The lowest bit that a first scan may leave to later ones. */
  private static final int MAX_BIT = 13;

  private static final int[] ONES = new int[JpegComponent.BLOCK];

  static {
    Arrays.fill(ONES, 1);
  }

  private final JpegComponent[] components;
  private final JpegBits bits;
  private final boolean isProgressive;

  /** The scan's coefficients in zigzag order. */
  private final int first;

  private final int last;

  /** The lowest bit of them that is already known, 0 if none is, and the lowest that the scan gives. */
  private final int knownBit;

  private final int bit;

  private final SequentialBlocks sequential;
  private final ProgressiveBlocks progressive;
  private final int restartInterval;
  private int untilRestart;
  private int nextRestart;

  /**
   * Reads the header. Tables are those defined so far.
   *
   * @param jpeg holds it from {@code data} up to {@code end}, where the compressed data begins
   * @param frame all components of the picture
   * @throws PictureException if it can't be a scan of this picture after those before it
   */
  JpegScan(
      byte[] jpeg, int data, int end, JpegComponent[] frame, JpegTables tables, boolean isProgressive, JpegBits bits)
      throws PictureException {
    int count = data < end ? jpeg[data] & 0xFF : 0;
    if (count < 1 || count > frame.length || end - data != 4 + 2 * count) {
      throw new PictureException("damaged JPEG: a scan header (SOS) of the wrong length");
    }
    this.bits = bits;
    this.isProgressive = isProgressive;
    // Without progression the last three bytes can only be 0, 63, 0; some cameras write others, which mean nothing.
    first = isProgressive ? jpeg[end - 3] & 0xFF : 0;
    last = isProgressive ? jpeg[end - 2] & 0xFF : JpegComponent.BLOCK - 1;
    knownBit = isProgressive ? jpeg[end - 1] >> 4 & 15 : 0;
    bit = isProgressive ? jpeg[end - 1] & 15 : 0;
    components = new JpegComponent[count];
    int blocks = 0;
    for (int i = 0; i < count; i++) {
      components[i] = find(jpeg[data + 1 + 2 * i] & 0xFF, frame);
      blocks += components[i].across * components[i].down;
    }
    if (count > 1 && blocks > MAX_UNIT_BLOCKS) {
      throw new PictureException("damaged JPEG: a scan of units of " + blocks + " blocks");
    }
    checkProgression();
    for (int i = 0; i < count; i++) {
      begin(components[i], jpeg[data + 2 + 2 * i] & 0xFF, tables);
    }
    sequential = new SequentialBlocks(bits);
    progressive = new ProgressiveBlocks(bits, first, last, bit, knownBit > 0);
    restartInterval = tables.restartInterval();
    untilRestart = restartInterval;
    bits.start(end);
  }

  private static JpegComponent find(int id, JpegComponent[] frame) throws PictureException {
    for (JpegComponent component : frame) {
      if (component.id == id) {
        return component;
      }
    }
    throw new PictureException("damaged JPEG: a scan of a component " + id + " that the frame header doesn't have");
  }

  private void checkProgression() throws PictureException {
    boolean isBand = first == 0
        ? last == 0 || !isProgressive
        : last >= first && last < JpegComponent.BLOCK && components.length == 1;
    if (!isBand || knownBit != 0 && bit != knownBit - 1 || bit > MAX_BIT) {
      throw new PictureException("damaged JPEG: a scan of the coefficients %d to %d and the bits %d to %d"
          .formatted(first, last, knownBit, bit));
    }
  }

  /** Checks the scan against those before it, which must have ended where it begins, and takes its tables. */
  private void begin(JpegComponent component, int tableNumbers, JpegTables tables) throws PictureException {
    int[] known = component.knownBits;
    for (int k = first; k <= last; k++) {
      if (known[k] != (knownBit == 0 ? -1 : knownBit)) {
        throw new PictureException("damaged JPEG: a scan repeats or leaves out bits of the coefficient " + k
            + " of the component " + component.id);
      }
      known[k] = bit;
    }
    if (known[0] < 0) {
      throw new PictureException("damaged JPEG: a scan of AC coefficients before one of the DC coefficients");
    }
    component.prediction = 0;
    if (component.quantization == null) {
      component.quantization = tables.quantization(component.tableNumber);
    }
    if (first == 0 && knownBit == 0) {
      component.dc = tables.huffman(true, tableNumbers >> 4, isProgressive);
    }
    if (last > 0) {
      component.ac = tables.huffman(false, tableNumbers & 15, isProgressive);
    }
  }

  /** How many components it has. */
  int count() {
    return components.length;
  }

  /**
   * Decodes a row of units of a sequential scan straight to samples.
   *
   * @param block 64 zeros, before and after
   */
  void decodeRow(int unitRow, int units, int[] block) throws PictureException {
    for (int unit = 0; unit < units; unit++) {
      beginUnit();
      for (JpegComponent component : components) {
        for (int y = unitRow * component.down, endY = y + component.down; y < endY; y++) {
          for (int x = unit * component.across, endX = x + component.across; x < endX; x++) {
            boolean isConstant = sequential.decode(component, component.quantization, block);
            component.plane.put(y, x, block, isConstant);
          }
        }
      }
      bits.checkData();
    }
  }

  /**
   * Decodes the whole scan to the coefficients of its components.
   *
   * @param unitsAcross of the picture, which count in scans of several components
   * @param block 64 zeros, before and after
   */
  void decodeCoefficients(int unitsAcross, int unitsDown, int[] block) throws PictureException {
    if (components.length == 1) {
      // The blocks of a single component come one by one, and only those that hold some of the picture.
      JpegComponent component = components[0];
      for (int y = 0; y < component.blocksDown; y++) {
        for (int x = 0; x < component.blocksAcross; x++) {
          beginUnit();
          decodeBlock(component, component.blockOffset(y, x), block);
          bits.checkData();
        }
      }
      return;
    }
    for (int unitRow = 0; unitRow < unitsDown; unitRow++) {
      for (int unit = 0; unit < unitsAcross; unit++) {
        beginUnit();
        for (JpegComponent component : components) {
          for (int y = unitRow * component.down, endY = y + component.down; y < endY; y++) {
            for (int x = unit * component.across, endX = x + component.across; x < endX; x++) {
              decodeBlock(component, component.blockOffset(y, x), block);
            }
          }
        }
        bits.checkData();
      }
    }
  }

  private void decodeBlock(JpegComponent component, int at, int[] block) throws PictureException {
    if (isProgressive) {
      progressive.decode(component, at);
      return;
    }
    sequential.decode(component, ONES, block);
    for (int i = 0; i < block.length; i++) {
      component.coefficients[at + i] = (short) block[i];
      block[i] = 0;
    }
  }

  /** Skips the restart marker in front of a unit that must have one. */
  private void beginUnit() throws PictureException {
    if (restartInterval == 0) {
      return;
    }
    if (untilRestart == 0) {
      bits.restart(nextRestart);
      nextRestart = nextRestart + 1 & 7;
      untilRestart = restartInterval;
      progressive.restart();
      for (JpegComponent component : components) {
        component.prediction = 0;
      }
    }
    untilRestart--;
  }
}
