package org.ptilmpq.runtime.image;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Makes JPEGs of random coefficients with any sampling, restart interval and scans (ITU-T T.81, annexes B, F and G). No
 * program writes all that a decoder has to read.
 */
final class JpegBuilder {

  /** Which components, coefficients and bits a scan has; of a sequential picture, only the components count. */
  record Scan(int[] components, int first, int last, int high, int low) {

    static Scan of(int... components) {
      return new Scan(components, 0, 63, 0, 0);
    }
  }

  private final int width;
  private final int height;
  private final int[] across;
  private final int[] down;
  private final boolean isProgressive;
  private final int restartInterval;
  private final RandomGenerator random;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final int[] paddedAcross;
  private final short[][] coefficients;
  private final int unitsAcross;
  private final int unitsDown;

  /** Bytes put in front of each restart marker, as some cameras do. */
  private byte[] strayBytes = {};

  /** Makes a JPEG of this many components; {@code sampling} has a horizontal and a vertical factor for each. */
  JpegBuilder(
      int width, int height, int[] sampling, boolean isProgressive, int restartInterval, RandomGenerator random) {
    this.width = width;
    this.height = height;
    this.isProgressive = isProgressive;
    this.restartInterval = restartInterval;
    this.random = random;
    int count = sampling.length / 2;
    across = new int[count];
    down = new int[count];
    for (int c = 0; c < count; c++) {
      across[c] = sampling[2 * c];
      down[c] = sampling[2 * c + 1];
    }
    unitsAcross = Math.ceilDiv(width, 8 * most(across));
    unitsDown = Math.ceilDiv(height, 8 * most(down));
    paddedAcross = new int[count];
    coefficients = new short[count][];
    for (int c = 0; c < count; c++) {
      paddedAcross[c] = unitsAcross * across[c];
      coefficients[c] = new short[paddedAcross[c] * unitsDown * down[c] * 64];
    }
  }

  JpegBuilder withStrayBytes(byte... bytes) {
    strayBytes = bytes;
    return this;
  }

  /**
   * Fills the blocks as photographs do: mostly a few low coefficients.
   *
   * @param largest size of a coefficient
   */
  JpegBuilder fill(int largest) {
    for (short[] component : coefficients) {
      for (int at = 0; at < component.length; at += 64) {
        component[at] = (short) random.nextInt(-largest, largest + 1);
        int others = random.nextInt(3) == 0 ? 0 : random.nextInt(random.nextInt(10) == 0 ? 64 : 8);
        for (int i = 0; i < others; i++) {
          int k = Math.min(random.nextInt(1, 64), random.nextInt(1, 64));
          int size = Math.max(1, largest / (1 + k));
          component[at + SequentialBlocks.ZIGZAG[k]] = (short) random.nextInt(-size, size + 1);
        }
      }
    }
    return this;
  }

  /** Returns the file, with an Adobe marker of this transform, or none if it is negative. */
  byte[] encode(int adobeTransform, List<Scan> scans) {
    start(adobeTransform);
    for (Scan scan : scans) {
      appendScan(scan);
    }
    segment(0xD9);
    return out.toByteArray();
  }

  /** Writes everything up to the first scan. */
  private void start(int adobeTransform) {
    segment(0xD8);
    if (adobeTransform >= 0) {
      segment(0xEE, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, adobeTransform);
    }
    int count = coefficients.length;
    int[] frame = new int[6 + 3 * count];
    frame[0] = 8;
    frame[1] = height >> 8;
    frame[2] = height & 0xFF;
    frame[3] = width >> 8;
    frame[4] = width & 0xFF;
    frame[5] = count;
    for (int c = 0; c < count; c++) {
      frame[6 + 3 * c] = c + 1;
      frame[7 + 3 * c] = across[c] << 4 | down[c];
      frame[8 + 3 * c] = c;
      int[] steps = new int[65];
      steps[0] = c;
      for (int k = 0; k < 64; k++) {
        steps[1 + k] = random.nextInt(1, 4 + k);
      }
      segment(0xDB, steps);
    }
    segment(isProgressive ? 0xC2 : 0xC1, frame);
    if (restartInterval > 0) {
      segment(0xDD, restartInterval >> 8, restartInterval & 0xFF);
    }
  }

  private void appendScan(Scan scan) {
    RandomCode dc = new RandomCode(16, random);
    RandomCode ac = new RandomCode(256, random);
    segment(0xC4, dc.segment(0x00));
    segment(0xC4, ac.segment(0x10));
    int count = scan.components.length;
    int[] header = new int[4 + 2 * count];
    header[0] = count;
    for (int i = 0; i < count; i++) {
      header[1 + 2 * i] = scan.components[i] + 1;
    }
    header[1 + 2 * count] = scan.first;
    header[2 + 2 * count] = scan.last;
    header[3 + 2 * count] = scan.high << 4 | scan.low;
    segment(0xDA, header);
    new ScanWriter(scan, dc, ac).write();
  }

  private void segment(int marker, int... data) {
    out.write(0xFF);
    out.write(marker);
    if (marker != 0xD8 && marker != 0xD9) {
      out.write(data.length + 2 >> 8);
      out.write(data.length + 2);
      for (int b : data) {
        out.write(b);
      }
    }
  }

  private static int most(int[] factors) {
    return Arrays.stream(factors).max().orElseThrow();
  }

  /** A prefix code of lengths up to 16 bits whose symbols are in a random order. */
  private static final class RandomCode {
    private final int[] counts = new int[17];
    private final int[] symbols;
    private final int[] codes = new int[256];
    private final int[] lengths = new int[256];

    RandomCode(int size, RandomGenerator random) {
      symbols = new int[size];
      for (int i = 0; i < size; i++) {
        int j = random.nextInt(i + 1);
        symbols[i] = symbols[j];
        symbols[j] = i;
      }
      int code = 0;
      int done = 0;
      for (int length = 1; length <= 16; length++, code <<= 1) {
        // About a quarter of what is left at each length, so that every length occurs; all that is left at the last.
        int free = (1 << length) - 1 - code;
        int wanted = length == 16 ? size - done : Math.min(free / 4, size - done);
        counts[length] = wanted;
        for (int end = done + wanted; done < end; done++, code++) {
          codes[symbols[done]] = code;
          lengths[symbols[done]] = length;
        }
      }
    }

    int[] segment(int name) {
      int[] data = new int[17 + symbols.length];
      data[0] = name;
      System.arraycopy(counts, 1, data, 1, 16);
      System.arraycopy(symbols, 0, data, 17, symbols.length);
      return data;
    }
  }

  /** Writes one scan's compressed data. */
  private final class ScanWriter {
    private final Scan scan;
    private final RandomCode dc;
    private final RandomCode ac;
    private final int[] prediction = new int[coefficients.length];
    private final List<Integer> waitingBits = new ArrayList<>();
    private int endOfBandRun;
    private int units;
    private int bits;
    private int bitCount;

    ScanWriter(Scan scan, RandomCode dc, RandomCode ac) {
      this.scan = scan;
      this.dc = dc;
      this.ac = ac;
    }

    void write() {
      if (scan.components.length == 1) {
        int c = scan.components[0];
        int blocksAcross = Math.ceilDiv(Math.ceilDiv(width * across[c], most(across)), 8);
        int blocksDown = Math.ceilDiv(Math.ceilDiv(height * down[c], most(down)), 8);
        for (int y = 0; y < blocksDown; y++) {
          for (int x = 0; x < blocksAcross; x++) {
            beginUnit();
            block(c, y, x);
          }
        }
      } else {
        for (int unit = 0; unit < unitsAcross * unitsDown; unit++) {
          beginUnit();
          for (int c : scan.components) {
            for (int i = 0; i < across[c] * down[c]; i++) {
              block(c, unit / unitsAcross * down[c] + i / across[c], unit % unitsAcross * across[c] + i % across[c]);
            }
          }
        }
      }
      flush();
    }

    private void beginUnit() {
      if (restartInterval > 0 && units > 0 && units % restartInterval == 0) {
        flush();
        out.writeBytes(strayBytes);
        out.write(0xFF);
        out.write(0xD0 + (units / restartInterval - 1) % 8);
        Arrays.fill(prediction, 0);
      }
      units++;
    }

    private void block(int c, int row, int column) {
      int at = (row * paddedAcross[c] + column) * 64;
      if (!isProgressive) {
        difference(c, coefficients[c][at]);
        band(c, at, 1, 63, 0);
        endRun();
      } else if (scan.first > 0 && scan.high > 0) {
        refine(c, at);
      } else if (scan.first > 0) {
        band(c, at, scan.first, scan.last, scan.low);
      } else if (scan.high > 0) {
        put(coefficients[c][at] >> scan.low, 1);
      } else {
        difference(c, coefficients[c][at] >> scan.low);
      }
    }

    private void difference(int c, int value) {
      int difference = value - prediction[c];
      prediction[c] = value;
      int size = 32 - Integer.numberOfLeadingZeros(Math.abs(difference));
      code(dc, size);
      put(difference < 0 ? difference - 1 : difference, size);
    }

    private void band(int c, int at, int first, int last, int low) {
      int zeros = 0;
      for (int k = first; k <= last; k++) {
        int coefficient = coefficients[c][at + SequentialBlocks.ZIGZAG[k]];
        int value = coefficient < 0 ? -(-coefficient >> low) : coefficient >> low;
        if (value == 0) {
          zeros++;
          continue;
        }
        endRun();
        for (; zeros > 15; zeros -= 16) {
          code(ac, 0xF0);
        }
        int size = 32 - Integer.numberOfLeadingZeros(Math.abs(value));
        code(ac, zeros << 4 | size);
        put(value < 0 ? value - 1 : value, size);
        zeros = 0;
      }
      if (zeros > 0) {
        lengthenRun();
      }
    }

    private void refine(int c, int at) {
      int newest = 0;
      for (int k = scan.first; k <= scan.last; k++) {
        newest = Math.abs(coefficients[c][at + SequentialBlocks.ZIGZAG[k]]) >> scan.low == 1 ? k : newest;
      }
      List<Integer> corrections = new ArrayList<>();
      int zeros = 0;
      for (int k = scan.first; k <= scan.last; k++) {
        int coefficient = coefficients[c][at + SequentialBlocks.ZIGZAG[k]];
        int size = Math.abs(coefficient) >> scan.low;
        if (size == 0) {
          zeros++;
          continue;
        }
        for (; zeros > 15 && k <= newest; zeros -= 16) {
          endRun();
          code(ac, 0xF0);
          putAll(corrections);
        }
        if (size > 1) {
          corrections.add(size & 1);
          continue;
        }
        endRun();
        code(ac, zeros << 4 | 1);
        put(coefficient < 0 ? 0 : 1, 1);
        putAll(corrections);
        zeros = 0;
      }
      if (zeros > 0 || !corrections.isEmpty()) {
        waitingBits.addAll(corrections);
        lengthenRun();
      }
    }

    private void lengthenRun() {
      if (++endOfBandRun == 0x7FFF) {
        endRun();
      }
    }

    private void endRun() {
      if (endOfBandRun > 0) {
        int size = 31 - Integer.numberOfLeadingZeros(endOfBandRun);
        code(ac, size << 4);
        put(endOfBandRun, size);
        endOfBandRun = 0;
        putAll(waitingBits);
      }
    }

    private void putAll(List<Integer> list) {
      for (int bit : list) {
        put(bit, 1);
      }
      list.clear();
    }

    private void code(RandomCode table, int symbol) {
      put(table.codes[symbol], table.lengths[symbol]);
    }

    private void put(int value, int count) {
      for (int i = count - 1; i >= 0; i--) {
        bits = bits << 1 | value >> i & 1;
        if (++bitCount == 8) {
          out.write(bits);
          if ((bits & 0xFF) == 0xFF) {
            out.write(0);
          }
          bitCount = 0;
        }
      }
    }

    /** Ends the data with ones up to a whole byte. */
    private void flush() {
      endRun();
      while (bitCount != 0) {
        put(1, 1);
      }
    }
  }
}
