/** Who gets how many bits: widths for slices of channels under a byte budget. */
package org.ptilmpq.quantizer.allocation;
