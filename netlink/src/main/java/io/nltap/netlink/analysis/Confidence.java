// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

/** How sure a verdict is. */
public enum Confidence {
    /** What was seen leaves no other explanation. */
    CERTAIN("Certain"),
    /** What was seen is explained by it, and less well by anything else. */
    PROBABLE("Probable"),
    /** Seen on the wire only. */
    WIRE_ONLY("WireOnly");

    private final String word;

    Confidence(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
