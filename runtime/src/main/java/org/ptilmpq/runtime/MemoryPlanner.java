package org.ptilmpq.runtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Gives every buffer an address so that buffers that live at the same step never overlap, in as small an arena as it
 * finds.
 *
 * <p>The problem is dynamic storage allocation, NP-hard in general. The planner is greedy: it takes the buffers in some
 * order and puts each at the lowest address where it meets no placed buffer that lives at one of its steps. Which order
 * is best depends on the network: large ones first is the usual good one (Pisarchyk and Lee, "Efficient Memory
 * Management for Deep Neural Net Inference", arXiv 2001.03288), and a plan costs microseconds, so it tries several and
 * keeps the smallest arena. It stops early at the lower bound, the most bytes that live at any one step.
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
    for (List<Integer> order : orders(buffers)) {
      Layout layout = place(buffers, order);
      if (best == null || layout.bytes < best.bytes) {
        best = layout;
      }
      if (best.bytes == lowerBound) {
        break;
      }
    }
    return best;
  }

  /** No layout can be smaller: the most bytes that live at one step. */
  static long lowerBound(List<Buffer> buffers) {
    long most = 0;
    for (long live : liveBytes(buffers)) {
      most = Math.max(most, live);
    }
    return most;
  }

  /** Bytes that live at each step. */
  static long[] liveBytes(List<Buffer> buffers) {
    int steps = buffers.stream().mapToInt(Buffer::last).max().orElse(-1) + 1;
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

  private static List<List<Integer>> orders(List<Buffer> buffers) {
    Comparator<Buffer> largest = Comparator.comparingLong(Buffer::bytes).reversed();
    Comparator<Buffer> longest = Comparator.comparingInt((Buffer b) -> b.last() - b.first()).reversed();
    Comparator<Buffer> earliest = Comparator.comparingInt(Buffer::first);
    Comparator<Buffer> area =
        Comparator.comparingDouble((Buffer b) -> (double) b.bytes() * (b.last() - b.first() + 1)).reversed();
    List<List<Integer>> orders = new ArrayList<>();
    orders.add(sorted(buffers, largest.thenComparing(longest).thenComparing(earliest)));
    if (buffers.size() <= MANY) {
      orders.add(sorted(buffers, longest.thenComparing(largest).thenComparing(earliest)));
      orders.add(sorted(buffers, area.thenComparing(earliest)));
      orders.add(sorted(buffers, earliest.thenComparing(largest)));
      orders.add(byBreadth(buffers, largest));
    }
    return orders;
  }

  private static List<Integer> sorted(List<Buffer> buffers, Comparator<Buffer> order) {
    return IntStream.range(0, buffers.size()).boxed().sorted(Comparator.comparing(buffers::get, order)).toList();
  }

  /** The buffers of the step with the most live bytes first, largest first, then those of the next such step. */
  private static List<Integer> byBreadth(List<Buffer> buffers, Comparator<Buffer> within) {
    long[] live = liveBytes(buffers);
    List<Integer> steps =
        IntStream.range(0, live.length).boxed().sorted(Comparator.comparing((Integer s) -> -live[s])).toList();
    int[] rank = new int[buffers.size()];
    for (int i = 0; i < rank.length; i++) {
      Buffer buffer = buffers.get(i);
      while (!buffer.livesAt(steps.get(rank[i]))) {
        rank[i]++;
      }
    }
    return IntStream.range(0, buffers.size())
        .boxed()
        .sorted(Comparator.comparingInt((Integer i) -> rank[i]).thenComparing(buffers::get, within))
        .toList();
  }

  private static Layout place(List<Buffer> buffers, List<Integer> order) {
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
