// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

/** A capture cannot go on, with the reason for machines and a sentence for people: what failed, why, what to do. */
public final class CaptureException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public CaptureException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public CaptureException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
