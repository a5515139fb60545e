// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

/** Where frames come from: a packet ring, or libpcap where there is no ring. Used by one thread at a time. */
public interface FrameSource extends AutoCloseable {

    /** Descriptor to wait on with poll(2) for {@code POLLIN}. */
    int fd();

    /**
     * Hands over what is ready and returns without waiting.
     *
     * @return how many frames were handed over
     * @throws SourceLostException when the tap's device went away or down; what was in the ring has been handed over
     */
    int drain(FrameSink sink) throws SourceLostException;

    /** Frames that the kernel could not deliver because the ring was full, since the source was opened. */
    long dropped();

    @Override
    void close();
}
