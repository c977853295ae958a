/**
 * What a quantization decided and reached, as data ({@link org.ptilmpq.quantizer.report.QuantizationReport}), and the
 * page that shows it. Knows nothing of how the figures come about.
 */
package org.ptilmpq.quantizer.report;
