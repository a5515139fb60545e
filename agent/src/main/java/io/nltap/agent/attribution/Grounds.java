// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Confidence;

/** Why a frame is said to be somebody's. */
enum Grounds {
    /** The kernel told which process was sending. */
    NAMED(Confidence.EXACT, ""),
    /** Answered to a socket on which the kernel has told the process before. */
    ANSWER(Confidence.EXACT, ""),
    /** The kernel copies the port id of the request into the notification of the change. */
    CAUSE(Confidence.EXACT, ""),
    /** Answers are made while the requester sends or reads. */
    ANSWERED_WHILE_RUNNING(Confidence.CORRELATED, "running when the kernel answered"),
    /** The notification does not name a requester, but the running thread had not been answered yet. */
    DURING_REQUEST(Confidence.CORRELATED, "its request was open"),
    /** The socket is in the kernel's table, and this process alone holds it. */
    HOLDS_SOCKET(Confidence.SOCKET, ""),
    /** The socket is gone; the id of this process was the port id, and it lived at that time. */
    PORT_ID_AND_LIFETIME(Confidence.CORRELATED, "port id and lifetime"),
    /** A further socket of a process, open while its first one was. */
    SECOND_SOCKET(Confidence.CORRELATED, "second socket, by time"),
    /** Packets handed to whoever asked for those of its kind. */
    SUBSCRIBED(Confidence.CORRELATED, "asked for such messages before");

    private final Confidence confidence;
    private final String reason;

    Grounds(Confidence confidence, String reason) {
        this.confidence = confidence;
        this.reason = reason;
    }

    Confidence confidence() {
        return confidence;
    }

    String reason() {
        return reason;
    }
}
