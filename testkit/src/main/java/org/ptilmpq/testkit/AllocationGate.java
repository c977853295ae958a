package org.ptilmpq.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

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

  private static long ownCost() {
    long before = THREADS.getTotalThreadAllocatedBytes();
    return THREADS.getTotalThreadAllocatedBytes() - before;
  }
}
