package org.ptilmpq.bench;

import java.util.List;

/** Where values are in a picture, in one direction. */
interface Axis {

  double at(double value);

  /** Round values between the ends, ascending. */
  List<Double> ticks();
}
