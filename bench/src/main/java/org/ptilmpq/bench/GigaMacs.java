package org.ptilmpq.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts multiply-accumulates beside a throughput benchmark's operations, so that JMH reports GMAC/s. */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class GigaMacs {

  /** 10⁹ multiply-accumulates done in this iteration. */
  public double gmac;

  void add(long macs) {
    gmac += macs * 1e-9;
  }
}
