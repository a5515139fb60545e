// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.ByteBuffer;

/** Gives a capture file in windows, one after the other: files may be larger than memory, or come through a pipe. */
@FunctionalInterface
public interface CaptureBytes {
    /**
     * The next window. What was read from earlier ones stays in use: each is a buffer of its own.
     *
     * @param unread the end of the window before, which was not used yet; empty the first time
     * @param least how many bytes there should be
     * @return begins with the unread bytes; has fewer than were asked for only when the file has no more
     */
    ByteBuffer next(ByteBuffer unread, int least);
}
