// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.redaction;

import io.nltap.agent.frame.Frame;

/** What is done to each frame that is going to be written. */
@FunctionalInterface
public interface Redaction {

    /** Everything is written as it was captured. */
    Redaction NONE = frame -> {};

    /** Overwrites what is secret in the captured bytes, where they are. */
    void redact(Frame frame);
}
