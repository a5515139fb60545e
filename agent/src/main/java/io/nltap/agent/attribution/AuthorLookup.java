// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Frame;
import java.util.function.BooleanSupplier;

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
     * @return without an answer when that takes too long
     */
    Pending<Owner> process(int pid, long cgroupId, String comm, long nanos);

    /** The process that spoke, by what is known without looking. Makes an object; does not wait. */
    Owner unseen(int pid, long cgroupId, String comm);

    /**
     * Who had a socket when it spoke or was spoken to.
     *
     * @return without an answer when that takes too long
     */
    Pending<Finding> socket(int protocol, long portId, long nanos);

    /** @param crowded whether so many frames are waiting that nothing may be waited for */
    void setCrowded(BooleanSupplier crowded);

    /** Takes in all ends of processes that the kernel has reported until now. */
    void catchUp();

    /** {@code CLOCK_MONOTONIC}. */
    long nanoTime();

    /** When a frame was captured, by the same clock. */
    long monotonic(Frame frame);
}
