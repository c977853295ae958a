package org.ptilmpq.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/** Counts the bytes that threads allocate on the Java heap, to hold steady-state code to none. */
public final class AllocationGate {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private AllocationGate() {}

  /** Bytes that every live thread together allocated while the work ran. */
  public static long allocatedBytes(Runnable work) {
    long own = ownCost();
    long before = THREADS.getTotalThreadAllocatedBytes();
    work.run();
    return THREADS.getTotalThreadAllocatedBytes() - before - own;
  }

  /**
   * Bytes that these threads together allocated while the work ran. Whatever else lives in the process, the test runner's
   * own threads for one, doesn't disturb it, however long the work takes.
   */
  public static long allocatedBytes(Runnable work, List<Thread> threads) {
    long[] ids = threads.stream().mapToLong(Thread::threadId).toArray();
    long before = sum(ids);
    work.run();
    return sum(ids) - before;
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
