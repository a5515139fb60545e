// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

/** Takes frames, one at a time, on the thread that drains the source. */
@FunctionalInterface
public interface FrameSink {
    void accept(Frame frame);

    /** What is handed over until the next call of this had been captured before it. */
    default void beginBatch() {}
}
