package org.ptilmpq.kernels.scalar;

import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.TensorView;

/** A kernel whose units of work are the rows of its output. */
public abstract class RowKernel implements Kernel {

  private final int rows;
  private final String method;

  /**
   * @param output whose rows are the units
   * @param method for the profiler
   */
  protected RowKernel(TensorView output, String method) {
    rows = output.height();
    this.method = method;
  }

  @Override
  public final int units() {
    return rows;
  }

  @Override
  public final String method() {
    return method;
  }
}
