package org.ptilmpq.cli.run.stream;

import java.util.Arrays;

/**
 * Finds JPEG pictures in a stream of bytes, whatever lies between them: one after the other as cameras send them, with
 * the text of a multipart stream, or with noise. A picture is followed marker by marker (ITU-T T.81, annex B), so that
 * the thumbnail inside an EXIF segment doesn't end it. Cameras' deviations from the standard are let through: a few
 * stray bytes before a segment, and no marker of the end (EOI) before the next picture or the end of the stream;
 * whether such a picture is whole is for its decoder to say. A picture that belongs to the one right before it, such as
 * the gain map that phones append, doesn't count as one of the stream.
 *
 * <pre>{@code
 * for (int used = 0; used < count; ) {
 *   used += scanner.feed(bytes, used, count - used);
 *   while (scanner.next() != JpegScanner.Event.MORE) { … }
 * }
 * }</pre>
 *
 * <p>Where a picture breaks off, the search goes on inside the segment that was skipped last: a damaged length may have
 * swallowed the next picture. No byte before that segment is examined again, so that no input takes more than time
 * proportional to its length. Memory grows to the longest picture, and never beyond the constructor's limit.
 */
public final class JpegScanner {

  /** The result of {@link #next}. */
  public enum Event {
    /** A whole picture, from {@link #offset} on, {@link #length} bytes. */
    PICTURE,
    /** A picture began and broke off; {@link #damage} says how. */
    DAMAGED,
    /** Nothing, until more is fed. */
    MORE
  }

  private static final int MARK = 0xFF;
  private static final int TEM = 0x01;
  private static final int SOF0 = 0xC0;
  private static final int RST0 = 0xD0;
  private static final int RST7 = 0xD7;
  private static final int SOI = 0xD8;
  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;

  /** Stray bytes allowed between two segments. */
  private static final int MAX_STRAY_BYTES = 3;

  /** Bytes allowed between a picture and one that belongs to it. */
  private static final int MAX_GAP = 16;

  private static final int FIRST_CAPACITY = 64 * 1024;

  private final int longest;
  private byte[] buffer;

  /** Where the picture begins, or where to look for one. */
  private int start;

  /** The next byte to examine; beyond {@link #filled} while a segment is still to come. */
  private int at;

  private int filled;

  /** Whether {@link #start} is that of a picture. */
  private boolean inside;

  /** Whether {@link #at} is in compressed data, not at a marker. */
  private boolean compressed;

  /** Whether compressed data has begun: the picture may end. */
  private boolean hasScan;

  /** Bytes skipped since the last segment. */
  private int strayBytes;

  /** How many pictures still belong to the one before, and the bytes since it or the last of them ended. */
  private int followers;

  private long gap;

  /** Whether the picture that ended last, or broke off, belonged to the one before it. */
  private boolean belonged;

  /** How many pictures follow the current one by its own index. */
  private int ownFollowers;

  /** Where the segment that was skipped last begins. */
  private int segment;

  private int length;
  private String damage = "";
  private long discarded;

  /**
   * @param longest picture in bytes that is taken
   */
  public JpegScanner(int longest) {
    if (longest < 4) {
      throw new IllegalArgumentException("a picture has at least 4 bytes, not " + longest);
    }
    this.longest = longest;
    this.buffer = new byte[Math.min(longest, FIRST_CAPACITY)];
  }

  /**
   * Takes bytes, as many as there is room for; {@link #next} makes room. The picture found last is gone then.
   *
   * @return how many it took, at least 1 of at least 1 after {@link #next} returned {@link Event#MORE}
   */
  public int feed(byte[] bytes, int from, int count) {
    makeRoom(count);
    int taken = Math.min(count, buffer.length - filled);
    System.arraycopy(bytes, from, buffer, filled, taken);
    filled += taken;
    return taken;
  }

  private void makeRoom(int count) {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, filled - start);
      filled -= start;
      at -= start;
      segment -= start;
      start = 0;
    }
    if (filled + count > buffer.length && buffer.length < longest) {
      int wanted = (int) Math.min(longest, Math.max(2L * buffer.length, (long) filled + count));
      buffer = Arrays.copyOf(buffer, wanted);
    }
  }

  /** Examines what was fed, up to the next picture or the next damage. */
  public Event next() {
    while (inside || findStart()) {
      Event event = compressed ? scanCompressed() : scanSegments();
      if (event == Event.PICTURE && belonged) {
        discarded += length;
      } else if (event == Event.MORE || event != null && !belonged) {
        return event;
      }
    }
    return Event.MORE;
  }

  /**
   * Ends the stream: of a picture whose data has begun, no more will come.
   *
   * @return a picture, damage, or {@link Event#MORE} if no picture had begun
   */
  public Event end() {
    if (!inside) {
      return Event.MORE;
    }
    boolean belongs = belongsToTheLast();
    if (hasScan && !belongs) {
      return complete(filled);
    }
    abandon();
    damage = "cut off at the end of the stream";
    return belongs ? Event.MORE : Event.DAMAGED;
  }

  private boolean belongsToTheLast() {
    return followers > 0 && ownFollowers == 0 && gap <= MAX_GAP;
  }

  /** Returns where the picture just found begins in {@link #buffer}. */
  public int offset() {
    return start - length;
  }

  /** Returns the length in bytes of the picture just found. */
  public int length() {
    return length;
  }

  /** Returns the bytes that hold the picture just found, until more are fed; not to be written. */
  public byte[] buffer() {
    return buffer;
  }

  /** Returns a human-readable text of how the picture broke off. */
  public String damage() {
    return damage;
  }

  /** Returns the number of bytes so far that are in no picture, without those of a picture still to be completed. */
  public long discarded() {
    return discarded;
  }

  /** Returns whether a picture has begun and is not complete. */
  public boolean isInside() {
    return inside;
  }

  /** Forgets a picture whose sender stopped in the middle of it. Returns whether there was one. */
  public boolean abandon() {
    boolean begun = inside;
    discarded += filled - start;
    followers = 0;
    start = filled;
    at = filled;
    inside = false;
    return begun;
  }

  /** Looks for SOI and the marker after it; two bytes at the end may be the first of them. */
  private boolean findStart() {
    int from = start;
    for (; start + 2 < filled; start++) {
      if (byteAt(start) == MARK && byteAt(start + 1) == SOI && byteAt(start + 2) == MARK) {
        discarded += start - from;
        gap += start - from;
        inside = true;
        compressed = false;
        hasScan = false;
        strayBytes = 0;
        ownFollowers = 0;
        segment = start;
        at = start + 2;
        return true;
      }
    }
    discarded += start - from;
    gap += start - from;
    return false;
  }

  /** Goes from marker to marker, over the segments between them. */
  private Event scanSegments() {
    while (at + 1 < filled) {
      if (byteAt(at) != MARK) {
        if (++strayBytes > MAX_STRAY_BYTES) {
          return broken("no marker where one has to be, at byte " + (at - start), segment + 1);
        }
        at++;
        continue;
      }
      int marker = byteAt(at + 1);
      if (marker == MARK) {
        at++;
      } else if (marker == TEM || marker == SOI && at == start + 2) {
        // Some cameras' frames start twice.
        at += 2;
      } else if (marker == EOI && hasScan) {
        return complete(at + 2);
      } else if (marker == SOI && hasScan) {
        return complete(at);
      } else if (marker == SOI) {
        return broken("another picture begins at byte " + (at - start), at);
      } else if (marker < SOF0 || marker >= RST0 && marker <= EOI) {
        return broken("a marker that can't be at byte " + (at - start), segment + 1);
      } else if (at + 3 >= filled) {
        return more(at + 4, segment + 1);
      } else {
        int bytes = byteAt(at + 2) << 8 | byteAt(at + 3);
        if (bytes < 2) {
          return broken("a segment without a length at byte " + (at - start), at + 2);
        }
        if (marker == MultiPictureIndex.MARKER && at + 2 + bytes > filled) {
          return more(at + 2 + bytes, segment + 1);
        }
        if (marker == MultiPictureIndex.MARKER) {
          ownFollowers = Math.max(ownFollowers, MultiPictureIndex.followers(buffer, at + 4, at + 2 + bytes));
        }
        segment = at;
        strayBytes = 0;
        at += 2 + bytes;
        if (marker == SOS) {
          compressed = true;
          hasScan = true;
          return null;
        }
      }
    }
    return more(at + 2, segment + 1);
  }

  /** Goes through compressed data up to the picture's end or the next segment. */
  private Event scanCompressed() {
    for (; at + 1 < filled; at++) {
      if (byteAt(at) != MARK) {
        continue;
      }
      int marker = byteAt(at + 1);
      if (marker == EOI) {
        return complete(at + 2);
      } else if (marker == SOI) {
        return complete(at);
      } else if (marker == 0 || marker >= RST0 && marker <= RST7) {
        at++;
      } else if (marker >= SOF0 && marker != MARK) {
        compressed = false;
        return null;
      } else if (marker != MARK) {
        return broken("a marker that can't be at byte " + (at - start), at);
      }
    }
    return more(at + 2, at);
  }

  private Event complete(int end) {
    belonged = belongsToTheLast();
    followers = belonged ? followers - 1 : ownFollowers;
    gap = 0;
    length = end - start;
    start = end;
    at = end;
    inside = false;
    return Event.PICTURE;
  }

  /**
   * @param needed end of the bytes that are needed to go on
   * @param from where to look for a picture if that is not allowed
   */
  private Event more(int needed, int from) {
    return needed - start > longest ? broken("more than the " + longest + " bytes allowed", from) : Event.MORE;
  }

  /** Goes on looking for a picture from an offset after this one's start. */
  private Event broken(String how, int from) {
    damage = how;
    belonged = belongsToTheLast();
    followers = 0;
    discarded += from - start;
    start = from;
    at = from;
    inside = false;
    return Event.DAMAGED;
  }

  private int byteAt(int index) {
    return buffer[index] & 0xFF;
  }
}
