// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.status;

import io.nltap.api.v1alpha1.EndedBy;

/** What ended a capture, in the words of the spec where it was asked for. */
final class EndWords {
    private EndWords() {}

    static String of(EndedBy endedBy) {
        return switch (endedBy) {
            case DURATION -> "limits.duration reached";
            case BYTES -> "limits.bytesPerNode reached";
            case MESSAGES -> "limits.messagesPerNode reached";
            case STOP -> "stopped";
            case DELETED -> "deleted";
            case AGENT_STOPPED -> "agent stopped";
            case AGENT_RESTARTED -> "agent restarted";
            case SPOOL_FULL -> "spool full";
            case ERROR -> "error";
        };
    }
}
