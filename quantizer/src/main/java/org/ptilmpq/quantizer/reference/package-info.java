/**
 * Runs a float graph on pictures: the truth that quantized networks are compared with, and the source of what
 * calibration observes. {@link org.ptilmpq.quantizer.reference.FloatExecutor} is the entry point.
 */
package org.ptilmpq.quantizer.reference;
