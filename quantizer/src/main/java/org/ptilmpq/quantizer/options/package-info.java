/**
 * What a program asks the quantizer for, and how it is answered meanwhile: options, progress, and the exceptions that
 * say what can't be done. All other parts use these types, and they use none of the others.
 */
package org.ptilmpq.quantizer.options;
