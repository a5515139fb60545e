// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

/** What a list does not show. */
final class Omitted {
    private Omitted() {}

    /**
     * @param inFile those that only the page has no room for
     * @param file where they are
     * @param nowhere those that the analysis has not kept
     */
    static void write(Markup out, long inFile, String file, long nowhere) {
        if (inFile > 0) {
            out.element("p", "%s more: see %s.".formatted(Quantity.count(inFile), file), "class", "omitted");
        }
        if (nowhere > 0) {
            out.element(
                    "p",
                    "%s more were seen, for which the analysis had no room.".formatted(Quantity.count(nowhere)),
                    "class",
                    "omitted");
        }
        if (inFile > 0 || nowhere > 0) {
            out.line();
        }
    }
}
