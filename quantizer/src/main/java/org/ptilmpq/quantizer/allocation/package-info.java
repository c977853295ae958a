/** The allocation of bits: widths for slices of channels under a byte budget. */
package org.ptilmpq.quantizer.allocation;
