/** Pictures in SVG, alone or in a page, and their axes: of reports, and of what the module {@code bench} measures. */
package org.ptilmpq.quantizer.drawing;
