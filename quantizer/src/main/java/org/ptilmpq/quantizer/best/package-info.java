/**
 * Best mode: how much each layer and channel matters, the steps or widths that follow from it under a budget, and the
 * rounding of layer after layer until the file is as large as asked for.
 */
package org.ptilmpq.quantizer.best;
