/** Entropy coding of a compressed file: bits, numbers and levels of weights. docs/format.md specifies all of it. */
package org.ptilmpq.format.entropy;
