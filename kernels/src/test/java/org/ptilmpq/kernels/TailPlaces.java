package org.ptilmpq.kernels;

import java.util.random.RandomGenerator;

/** The inputs at which the blocks of a case have tails. */
enum TailPlaces {

  /** Each block as one of the others says. */
  ANY,

  NOWHERE,

  /** One input in twenty. */
  FEW,

  EVERYWHERE,

  /** The first 63 of every 256: with 4 dense bits and 8 planes of tails as many as a run of 256 can take. */
  FILLING,

  /** The first 125 of every 256, far more than such a run can take. */
  OVERFILLING,

  FIRST,

  LAST;

  private static final int ONE_IN = 20;

  /** The places in one block: never {@code ANY}. */
  TailPlaces ofBlock(RandomGenerator random) {
    return this == ANY ? values()[random.nextInt(1, values().length)] : this;
  }

  boolean has(RandomGenerator random, int k, int inputs) {
    return switch (this) {
      case NOWHERE -> false;
      case FEW -> random.nextInt(ONE_IN) == 0;
      case EVERYWHERE -> true;
      case FILLING -> k % 256 < 63;
      case OVERFILLING -> k % 256 < 125;
      case FIRST -> k == 0;
      case LAST -> k == inputs - 1;
      case ANY -> throw new AssertionError(this);
    };
  }
}
