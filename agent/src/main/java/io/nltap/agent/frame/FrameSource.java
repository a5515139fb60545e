// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

/** Where frames come from: a packet ring, or libpcap where there is no ring. Used by one thread at a time. */
public interface FrameSource extends AutoCloseable {

    /** Descriptor to wait on with poll(2) for {@code POLLIN}. */
    int fd();

    /**
     * Hands over what is ready, at most one round of the buffer, and returns without waiting. If {@code sink} throws, that
     * frame is gone and the next call goes on with the frame after it.
     *
     * @return how many frames were handed over
     * @throws SourceLostException when the tap's device went away or down; what was captured until
     *     then has been handed over
     */
    int drain(FrameSink sink) throws SourceLostException;

    /**
     * Takes in no further frames and hands over all that were captured before: also those the kernel was still holding
     * back, for which this waits half a second as a rule, and five at most. Afterwards only {@link #dropped} and
     * {@link #close} make sense.
     *
     * @return how many frames were handed over
     * @throws SourceLostException as in {@link #drain}
     */
    int drainLast(FrameSink sink) throws SourceLostException;

    /**
     * Whether so many frames are waiting to be handed over that whoever takes them must not linger. To be asked by the thread
     * that drains, also from within {@link #drain}. Makes no object.
     */
    default boolean isCrowded() {
        return false;
    }

    /** Frames that the kernel could not deliver because the ring was full, since the source was opened. */
    long dropped();

    @Override
    void close();
}
