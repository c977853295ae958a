/** The commands of {@code ptilmpq-quantize.jar}, one per class. */
package org.ptilmpq.cli.quantize;
