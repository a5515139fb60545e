// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Frame;
import org.jspecify.annotations.Nullable;

/** What {@link TapAuthors} asks when it meets somebody new. Waits a moment at most. */
interface AuthorLookup {

    /** This process. */
    Owner own();

    /** Whether an answer of the kernel is for a socket of this process. */
    boolean isOwnAnswer(int protocol, long portId, int type);

    /** Whether nothing is known that would make it somebody else, or be called otherwise. Makes no object. */
    boolean isCurrent(Owner owner);

    /** Which sockets there were lately. Makes no object. */
    SocketSheet sheet();

    /**
     * The process that spoke.
     *
     * @param cgroupId where it was
     * @param comm what it was called, or empty
     * @param nanos when, {@code CLOCK_MONOTONIC}
     * @return null when that took too long
     */
    @Nullable
    Owner process(int pid, long cgroupId, String comm, long nanos);

    /** Who had a socket when it spoke or was spoken to. */
    Finding socket(int protocol, long portId, long nanos);

    /**
     * Takes in all ends of processes that the kernel has reported until now.
     *
     * @return a moment up to which all are known
     */
    long catchUp();

    /** {@code CLOCK_MONOTONIC}. */
    long nanoTime();

    /** When a frame was captured, by the same clock. */
    long monotonic(Frame frame);
}
