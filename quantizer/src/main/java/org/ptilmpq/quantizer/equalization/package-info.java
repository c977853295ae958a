/** The same float network with its channels scaled so that quantizing it does less harm. */
package org.ptilmpq.quantizer.equalization;
