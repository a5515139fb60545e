// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

/** Where the tagger's program learns something of the task that is running. */
enum TaskSource {
    /** The kernel has a function for it. */
    HELPER("by helper"),
    /** Not traffic control's program finds out, but one at the tracepoint behind it. */
    TRACEPOINT("by tracepoint"),
    NONE("not");

    private final String words;

    TaskSource(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
