package org.ptilmpq.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts permutes beside a throughput benchmark's operations, and the multiply-accumulates they replace. */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class LookUpCounter {

  /** 10⁹ permutes of a vector done in this iteration. */
  public double glookup;

  /** 10⁹ multiply-accumulates with weights of 1 bit; with weights of b bits it is this divided by b. */
  public double gmacAt1Bit;

  void add(long lookUps, double macsAt1Bit) {
    glookup += lookUps * 1e-9;
    gmacAt1Bit += macsAt1Bit * 1e-9;
  }
}
