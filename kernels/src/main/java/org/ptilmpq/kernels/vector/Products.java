package org.ptilmpq.kernels.vector;

/** The exact product of convolutions that aren't depthwise; both give the same sums. */
public enum Products {

  /** Multiplications in fp32 lanes: any layer. */
  FP32,

  /** Look-ups instead of multiplications wherever a layer can be looked up, fp32 lanes elsewhere. */
  LOOK_UP
}
