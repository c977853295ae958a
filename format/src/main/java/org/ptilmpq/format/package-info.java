/**
 * The {@code .pq} file: what it holds ({@link org.ptilmpq.format.PqModel} and the records it is made of), and how it is
 * written, verified and mapped. This package knows bytes; it knows no Vector API, threads or pictures.
 */
package org.ptilmpq.format;
