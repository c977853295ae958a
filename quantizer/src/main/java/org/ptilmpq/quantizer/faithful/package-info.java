/**
 * The paper's method, PTILMPQ (arXiv 2404.02947), as a whole. Phase 1 ranks layers and channels, and the important ones
 * get the higher width; phase 2 puts each output channel's weights in a dense and a sparse region with a shared
 * boundary. The paper's full text is not public: where its abstract is silent, the formulas are those of PWLQ (Fang et
 * al., "Post-training piecewise linear quantization for deep neural networks", ECCV 2020), whose non-overlapping form
 * it builds on; each class says what stands in for what.
 */
package org.ptilmpq.quantizer.faithful;
