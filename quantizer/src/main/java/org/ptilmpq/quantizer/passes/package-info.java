/**
 * Rewrites of the float graph that keep what it computes: {@link org.ptilmpq.quantizer.passes.Passes#simplify} applies
 * all of them in their order.
 */
package org.ptilmpq.quantizer.passes;
