/**
 * The decisions and results of a quantization, as data ({@link org.ptilmpq.quantizer.report.QuantizationReport}), and
 * the page that shows them. Knows nothing of how the figures are obtained.
 */
package org.ptilmpq.quantizer.report;
