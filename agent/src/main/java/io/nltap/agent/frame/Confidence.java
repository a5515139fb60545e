// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

/** How sure it is whose a frame is. Best first. */
public enum Confidence {
    /** The kernel named the process in the moment it sent, or the kernel itself was the sender. */
    EXACT("Exact"),
    /** The sending socket is known, and which process owns it. */
    SOCKET("Socket"),
    /** Concluded from other frames or from what ran at that time. */
    CORRELATED("Correlated"),
    UNKNOWN("Unknown");

    private final String word;

    Confidence(String word) {
        this.word = word;
    }

    /** As in capture files and statuses. */
    public String word() {
        return word;
    }
}
