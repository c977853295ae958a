/** What a network is expected to take on a machine. */
package org.ptilmpq.quantizer.latency;
