package org.ptilmpq.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/** Counts the bytes that threads allocate on the Java heap, to hold steady-state code to none. */
public final class AllocationGate {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int QUIET_GOES = 5;
  private static final int MAX_GOES = 500;

  private AllocationGate() {}

  /** Bytes that every live thread together allocated while the work ran. */
  public static long allocatedBytes(Runnable work) {
    long own = ownCost();
    long before = THREADS.getTotalThreadAllocatedBytes();
    work.run();
    return THREADS.getTotalThreadAllocatedBytes() - before - own;
  }

  /**
   * Bytes that these threads together allocated while the work ran. Whatever else lives in the process, the test
   * runner's own threads for one, doesn't disturb it, however long the work takes.
   */
  public static long allocatedBytes(Runnable work, List<Thread> threads) {
    long[] ids = threads.stream().mapToLong(Thread::threadId).toArray();
    long before = sum(ids);
    work.run();
    return sum(ids) - before;
  }

  /**
   * Bytes that these threads together allocate in one go of the work once it is compiled: 0 as soon as several goes in
   * a row allocate nothing, and if that never comes, what the last go did that allocated. The compiler works in the
   * background, and vectors are boxed until it has caught up.
   */
  public static long settledBytes(Runnable work, List<Thread> threads) {
    long bytes = 0;
    int quiet = 0;
    for (int go = 0; go < MAX_GOES; go++) {
      long now = allocatedBytes(work, threads);
      quiet = now == 0 ? quiet + 1 : 0;
      if (quiet == QUIET_GOES) {
        return 0;
      }
      bytes = now == 0 ? bytes : now;
    }
    return bytes;
  }

  private static long sum(long[] ids) {
    long bytes = 0;
    for (long id : ids) {
      bytes += THREADS.getThreadAllocatedBytes(id);
    }
    return bytes;
  }

  private static long ownCost() {
    long before = THREADS.getTotalThreadAllocatedBytes();
    return THREADS.getTotalThreadAllocatedBytes() - before;
  }
}
