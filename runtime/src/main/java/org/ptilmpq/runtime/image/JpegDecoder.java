package org.ptilmpq.runtime.image;

/**
 * Decodes a JPEG to RGB: baseline, extended and progressive, Huffman coding, 8 bits per sample (ITU-T T.81). Samples
 * are those of libjpeg with its accurate transform and smooth upsampling, to the bit.
 *
 * <p>Where one scan has everything, only samples of two rows of units (MCUs) are kept besides the result. Otherwise the
 * coefficients of the whole picture are kept until its last scan.
 *
 * <p>libjpeg fills what it can't decode with grey and goes on. A class for half a picture is a wrong result, so here
 * each block has to be there, and the data has to end where the blocks do, except for the few bytes that cameras leave.
 */
final class JpegDecoder {

  /** In place of a marker at the end of the file. */
  private static final int NONE = -1;

  private final byte[] jpeg;
  private final JpegHeader header;
  private final JpegTables tables = new JpegTables();
  private final JpegBits bits;
  private final JpegComponent[] components;
  private final JpegPlane[] planes;
  private final int[] block = new int[JpegComponent.BLOCK];

  /** The result; null where the picture is shrunk. */
  private final byte[] rgb;

  /** Null where the picture isn't shrunk. */
  private final RowShrinker shrinker;

  /** The picture's rows that are done. */
  private int rows;

  /** Scans that have been read. */
  private int scans;

  /** Bytes that the previous scan left unread in front of the next marker. */
  private int unreadBytes;

  private JpegDecoder(byte[] jpeg, JpegHeader header, int shrinking) {
    this.jpeg = jpeg;
    this.header = header;
    this.bits = new JpegBits(jpeg, header.from(), header.to());
    this.rgb = shrinking == 1 ? new byte[3 * header.width() * header.height()] : null;
    this.shrinker = shrinking == 1 ? null : new RowShrinker(header.width(), header.height(), shrinking);
    this.components = new JpegComponent[header.count()];
    this.planes = new JpegPlane[header.count()];
    for (int c = 0; c < components.length; c++) {
      components[c] = new JpegComponent(c, header);
      planes[c] = components[c].plane;
    }
  }

  /**
   * Decodes the picture as stored, not turned upright.
   *
   * @param header of these bytes, its size within the limits
   * @param shrinking 1, or the side of the squares of pixels that become one
   * @throws PictureException if the data is damaged
   */
  static Picture decode(byte[] jpeg, JpegHeader header, int shrinking) throws PictureException {
    JpegDecoder decoder = new JpegDecoder(jpeg, header, shrinking);
    decoder.readSegments();
    if (header.keepsCoefficients()) {
      decoder.transformCoefficients();
    }
    return shrinking == 1
        ? new Picture(header.width(), header.height(), decoder.rgb)
        : decoder.shrinker.picture();
  }

  /** Reads the file segment by segment up to the picture's end. */
  private void readSegments() throws PictureException {
    for (int at = header.from() + 2; ; ) {
      int found = JpegMarkers.find(jpeg, at, header.to());
      int stray = unreadBytes + JpegMarkers.strayBytes(jpeg, at, found);
      unreadBytes = 0;
      int marker = found == header.to() ? NONE : jpeg[found + 1] & 0xFF;
      boolean isNext = marker == JpegMarkers.SOI && scans > 0;
      boolean isPadding = marker == JpegMarkers.EOI || JpegMarkers.isRestart(marker);
      boolean isTooMuch = stray > (isPadding ? JpegMarkers.MAX_PADDING_BYTES : JpegMarkers.MAX_STRAY_BYTES);
      if (marker == NONE || isNext || isTooMuch && isTrailer(at)) {
        endWithoutMarker(at, found, stray);
        return;
      }
      if (isTooMuch) {
        throw new PictureException(JpegBits.extraneous(stray, marker));
      }
      if (marker == JpegMarkers.EOI) {
        checkComponents();
        return;
      }
      at = found + 2;
      if (!JpegMarkers.isAlone(marker)) {
        int end = JpegMarkers.segmentEnd(jpeg, at, header.from(), header.to(), marker);
        at = readSegment(marker, at + 2, end);
      }
    }
  }

  /** Reads one segment and, after a scan's header, its data; returns the offset after them. */
  private int readSegment(int marker, int data, int end) throws PictureException {
    switch (marker) {
      case JpegMarkers.DQT -> tables.readQuantization(jpeg, data, end);
      case JpegMarkers.DHT -> tables.readHuffman(jpeg, data, end);
      case JpegMarkers.DRI -> tables.readRestartInterval(jpeg, data, end);
      case JpegMarkers.SOS -> {
        // The header's number of scans bounds the time that a picture may take.
        if (++scans > header.scans()) {
          throw new PictureException("damaged JPEG: more scans than the " + header.scans() + " that it needs");
        }
        readScan(new JpegScan(jpeg, data, end, components, tables, header.isProgressive(), bits));
        unreadBytes = bits.unreadBytes();
        return bits.position();
      }
      case JpegMarkers.DNL -> {
        if (end - data != 2 || JpegMarkers.u16(jpeg, data) != header.height()) {
          throw new PictureException("damaged JPEG: another number of lines after the scan (DNL) than decoded");
        }
      }
      default -> {
        // The frame header has been read, in front of the scans. Others are for human readers and other kinds of
        // programs.
        if (scans > 0 && JpegMarkers.isFrame(marker)) {
          throw new PictureException(
              JpegMarkers.damaged(marker, data - 2 - header.from(), "is a second frame header"));
        }
      }
    }
    return end;
  }

  private void readScan(JpegScan scan) throws PictureException {
    if (header.keepsCoefficients()) {
      scan.decodeCoefficients(header.unitsAcross(), header.unitsDown(), block);
      return;
    }
    if (scan.count() < components.length) {
      throw new PictureException("damaged JPEG: its scan has only " + scan.count() + " of " + components.length
          + " components");
    }
    for (int unitRow = 0; unitRow < header.unitsDown(); unitRow++) {
      scan.decodeRow(unitRow, header.unitsAcross(), block);
      finishRows(unitRow);
    }
  }

  /**
   * Whether what follows is no part of the picture: all of it is there, and no end marker comes. Some programs append
   * their own data to files and lose the end marker.
   */
  private boolean isTrailer(int at) {
    int end = JpegMarkers.find(jpeg, at, header.to());
    while (end < header.to() && (jpeg[end + 1] & 0xFF) != JpegMarkers.EOI) {
      end = JpegMarkers.find(jpeg, end + 2, header.to());
    }
    return end == header.to() && isComplete();
  }

  /** Accepts a picture whose end marker is missing if nothing else is. */
  private void endWithoutMarker(int at, int end, int stray) throws PictureException {
    if (!isComplete()) {
      throw new PictureException(JpegMarkers.cutOff(header.to() - header.from()));
    }
    // Zeros are what is left of a file that was never written to its end: they were also decoded as the last blocks.
    boolean isZero = true;
    for (int i = at; i < end; i++) {
      isZero &= jpeg[i] == 0;
    }
    if (isZero && stray > JpegMarkers.MAX_PADDING_BYTES) {
      throw new PictureException("damaged JPEG: it ends in zeros, without the marker of its end (EOI)");
    }
  }

  /** Whether all bits of all coefficients have been read. */
  private boolean isComplete() {
    for (JpegComponent component : components) {
      for (int bit : component.knownBits) {
        if (bit != 0) {
          return false;
        }
      }
    }
    return true;
  }

  private void checkComponents() throws PictureException {
    for (JpegComponent component : components) {
      if (component.knownBits[0] < 0) {
        throw new PictureException("damaged JPEG: it ends before any pixel data of the component " + component.id);
      }
    }
  }

  /** Computes the samples of a picture in several scans. */
  private void transformCoefficients() {
    boolean smooths = header.isProgressive() && BlockSmoothing.applies(components);
    for (int unitRow = 0; unitRow < header.unitsDown(); unitRow++) {
      for (JpegComponent component : components) {
        int end = Math.min((unitRow + 1) * component.down, component.blocksDown);
        for (int y = unitRow * component.down; y < end; y++) {
          for (int x = 0; x < component.blocksAcross; x++) {
            boolean isConstant = component.dequantize(y, x, block);
            if (smooths && BlockSmoothing.estimate(component, y, x, block)) {
              isConstant = false;
            }
            component.plane.put(y, x, block, isConstant);
          }
        }
      }
      finishRows(unitRow);
    }
  }

  /**
   * Converts the rows whose samples are complete once a row of units is. The last one waits: it may lie between samples
   * of this row of units and the next.
   */
  private void finishRows(int unitRow) {
    boolean isLast = unitRow == header.unitsDown() - 1;
    int end = isLast ? header.height() : (unitRow + 1) * 8 * header.mostDown() - 1;
    for (; rows < end; rows++) {
      for (JpegPlane plane : planes) {
        plane.toRow(rows);
      }
      if (shrinker == null) {
        JpegColors.toRgb(header.colors(), planes, header.width(), rgb, 3 * header.width() * rows);
      } else {
        JpegColors.toRgb(header.colors(), planes, header.width(), shrinker.row(), 0);
        shrinker.take(rows);
      }
    }
  }

  /**
   * Estimates low coefficients of a progressive picture that ends before all of its scans (ITU-T T.81, K.8, as libjpeg
   * 6b has it): where a coefficient is 0 so far, the DC coefficients of the surrounding blocks suggest another value,
   * as long as its known bits stay as they are. Without it such pictures show their blocks.
   */
  private static final class BlockSmoothing {

    /** The estimated coefficients are the first after DC in zigzag order. */
    private static final int LAST = 5;

    private BlockSmoothing() {}

    /** Whether there is anything to estimate; if a component can't be estimated, none is. */
    static boolean applies(JpegComponent[] components) {
      boolean isUseful = false;
      for (JpegComponent component : components) {
        for (int k = 0; k <= LAST; k++) {
          if (component.quantization[k] == 0) {
            return false;
          }
          isUseful |= k > 0 && component.knownBits[k] != 0;
        }
      }
      return isUseful;
    }

    /**
     * Adds estimates to a block.
     *
     * @param row and column of the block in its component
     * @param block its dequantized coefficients in natural order
     * @return whether any was added
     */
    static boolean estimate(JpegComponent component, int row, int column, int[] block) {
      int above = Math.max(row - 1, 0);
      int below = Math.min(row + 1, component.blocksDown - 1);
      int left = Math.max(column - 1, 0);
      int right = Math.min(column + 1, component.blocksAcross - 1);
      int north = dc(component, above, column);
      int south = dc(component, below, column);
      int west = dc(component, row, left);
      int east = dc(component, row, right);
      int twice = 2 * dc(component, row, column);
      int corners = dc(component, above, left) - dc(component, above, right) - dc(component, below, left)
          + dc(component, below, right);
      // In zigzag order: horizontally, vertically, vertically twice, diagonally, horizontally twice.
      return correct(component, 1, 36 * (west - east), block)
          | correct(component, 2, 36 * (north - south), block)
          | correct(component, 3, 9 * (north + south - twice), block)
          | correct(component, 4, 5 * corners, block)
          | correct(component, 5, 9 * (west + east - twice), block);
    }

    /**
     * @param k which coefficient, in zigzag order
     * @param slope its value times 256, in steps of the DC coefficients
     */
    private static boolean correct(JpegComponent component, int k, int slope, int[] block) {
      int knownBit = component.knownBits[k];
      int place = SequentialBlocks.ZIGZAG[k];
      if (knownBit == 0 || block[place] != 0) {
        return false;
      }
      int step = component.quantization[k];
      int scaled = component.quantization[0] * slope;
      int size = ((step << 7) + Math.abs(scaled)) / (step << 8);
      if (knownBit > 0) {
        size = Math.min(size, (1 << knownBit) - 1);
      }
      block[place] = (short) (scaled < 0 ? -size : size) * step;
      return size != 0;
    }

    private static int dc(JpegComponent component, int row, int column) {
      return component.coefficients[component.blockOffset(row, column)];
    }
  }
}
