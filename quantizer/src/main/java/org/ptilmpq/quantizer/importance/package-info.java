/**
 * How much layers and channels matter to the network's answer, without labels: Phase 1 of PTILMPQ, and the basis of
 * best mode's steps.
 */
package org.ptilmpq.quantizer.importance;
