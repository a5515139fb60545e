// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

/** What a tap's tagger can tell of each frame. Best first; the word reaches statuses and never changes its meaning. */
public enum TagMode {
    /** The process, thread and cgroup that were running, and all that {@link #SOCKET} tells. */
    TASK("Task"),
    /** The sending socket's port id, the multicast group and the direction; nothing of processes. */
    SOCKET("Socket"),
    /** Nothing: there is no tagger. */
    NONE("None");

    private final String word;

    TagMode(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
