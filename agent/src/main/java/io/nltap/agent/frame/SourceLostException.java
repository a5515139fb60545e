// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

/** The tap is gone: its device was deleted or taken down, or its network namespace ended. */
public final class SourceLostException extends Exception {
    private static final long serialVersionUID = 1L;

    public SourceLostException(String message) {
        super(message);
    }
}
