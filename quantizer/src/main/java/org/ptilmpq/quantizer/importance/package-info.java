/**
 * How much layers and channels matter to what the network says, without labels: Phase 1 of PTILMPQ and what best mode's
 * steps follow from.
 */
package org.ptilmpq.quantizer.importance;
