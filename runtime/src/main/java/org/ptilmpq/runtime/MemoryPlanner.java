package org.ptilmpq.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Gives every buffer an address so that buffers that live at the same step never overlap, in as small an arena as it
 * finds.
 *
 * <p>The problem is dynamic storage allocation, NP-hard in general. The planner is greedy: it takes the buffers in some
 * order and puts each at the lowest address where it meets no placed buffer that lives at one of its steps. Which order
 * is best depends on the network: large ones first is usually good (Pisarchyk and Lee, "Efficient Memory Management for
 * Deep Neural Net Inference", arXiv 2001.03288), and a plan costs microseconds, so it tries several and keeps the
 * smallest arena. It stops early at the lower bound, the most bytes that live at any one step.
 */
final class MemoryPlanner {

  /** Beyond this many buffers one order is tried, not all: the search is quadratic. */
  private static final int MANY = 2_000;

  /** Buffer {@code i} of the list that was planned lies at {@code offsets[i]}. */
  record Layout(long[] offsets, long bytes) {}

  private MemoryPlanner() {}

  /** The smallest layout found. */
  static Layout plan(List<Buffer> buffers) {
    long lowerBound = lowerBound(buffers);
    Layout best = null;
    for (long[][] order : orders(buffers)) {
      Layout layout = place(buffers, new Sorting(order).order());
      if (best == null || layout.bytes < best.bytes) {
        best = layout;
      }
      if (best.bytes == lowerBound) {
        break;
      }
    }
    return best;
  }

  /** The most bytes that live at one step: no layout can be smaller. */
  static long lowerBound(List<Buffer> buffers) {
    long most = 0;
    for (long live : liveBytes(buffers)) {
      most = Math.max(most, live);
    }
    return most;
  }

  /** Bytes that live at each step. */
  static long[] liveBytes(List<Buffer> buffers) {
    int steps = 0;
    for (Buffer buffer : buffers) {
      steps = Math.max(steps, buffer.last() + 1);
    }
    long[] change = new long[steps + 1];
    for (Buffer buffer : buffers) {
      change[buffer.first()] += buffer.bytes();
      change[buffer.last() + 1] -= buffer.bytes();
    }
    long[] live = new long[steps];
    long now = 0;
    for (int step = 0; step < steps; step++) {
      now += change[step];
      live[step] = now;
    }
    return live;
  }

  /** The orders to try, each as the keys that buffers are sorted by, the smallest number first. */
  private static List<long[][]> orders(List<Buffer> buffers) {
    int count = buffers.size();
    long[] largest = new long[count];
    long[] longest = new long[count];
    long[] earliest = new long[count];
    long[] area = new long[count];
    for (int i = 0; i < count; i++) {
      Buffer buffer = buffers.get(i);
      largest[i] = -buffer.bytes();
      longest[i] = buffer.first() - buffer.last();
      earliest[i] = buffer.first();
      area[i] = -buffer.bytes() * (buffer.last() - buffer.first() + 1);
    }
    List<long[][]> orders = new ArrayList<>();
    orders.add(new long[][] {largest, longest, earliest});
    if (count <= MANY) {
      orders.add(new long[][] {longest, largest, earliest});
      orders.add(new long[][] {area, earliest});
      orders.add(new long[][] {earliest, largest});
      orders.add(new long[][] {breadth(buffers), largest});
    }
    return orders;
  }

  /**
   * Sorts indices of buffers by a first number, among equal ones by a second, and so on. A class of its own, since the
   * first lambda of a kind costs a start one millisecond.
   */
  private record Sorting(long[][] keys) implements Comparator<Integer> {

    Integer[] order() {
      Integer[] order = new Integer[keys[0].length];
      for (int i = 0; i < order.length; i++) {
        order[i] = i;
      }
      Arrays.sort(order, this);
      return order;
    }

    @Override
    public int compare(Integer a, Integer b) {
      for (long[] key : keys) {
        if (key[a] != key[b]) {
          return Long.compare(key[a], key[b]);
        }
      }
      return 0;
    }
  }

  /** For each buffer the rank of the fullest step that it lives at: 0 of the one with the most live bytes. */
  private static long[] breadth(List<Buffer> buffers) {
    long[] live = liveBytes(buffers);
    for (int step = 0; step < live.length; step++) {
      live[step] = -live[step];
    }
    Integer[] steps = new Sorting(new long[][] {live}).order();
    long[] rank = new long[buffers.size()];
    for (int i = 0; i < rank.length; i++) {
      while (!buffers.get(i).livesAt(steps[(int) rank[i]])) {
        rank[i]++;
      }
    }
    return rank;
  }

  private static Layout place(List<Buffer> buffers, Integer[] order) {
    long[] offsets = new long[buffers.size()];
    Placed placed = new Placed(buffers.size());
    long bytes = 0;
    for (int index : order) {
      Buffer buffer = buffers.get(index);
      offsets[index] = placed.lowestGap(buffer);
      bytes = Math.max(bytes, offsets[index] + buffer.bytes());
      placed.add(buffer, offsets[index]);
    }
    return new Layout(offsets, bytes);
  }

  /** The buffers that have an address, sorted by it. */
  private static final class Placed {

    private final Buffer[] buffers;
    private final long[] offsets;
    private int count;

    Placed(int most) {
      buffers = new Buffer[most];
      offsets = new long[most];
    }

    /** The lowest offset where a buffer fits between those that live with it. */
    long lowestGap(Buffer buffer) {
      long offset = 0;
      for (int i = 0; i < count; i++) {
        if (buffers[i].overlapsInTime(buffer)) {
          if (offsets[i] - offset >= buffer.bytes()) {
            return offset;
          }
          offset = Math.max(offset, offsets[i] + buffers[i].bytes());
        }
      }
      return offset;
    }

    void add(Buffer buffer, long offset) {
      int at = count++;
      for (; at > 0 && offsets[at - 1] > offset; at--) {
        buffers[at] = buffers[at - 1];
        offsets[at] = offsets[at - 1];
      }
      buffers[at] = buffer;
      offsets[at] = offset;
    }
  }
}
