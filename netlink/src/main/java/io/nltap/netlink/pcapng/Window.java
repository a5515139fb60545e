// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The part of a capture file that is being read. */
final class Window {
    /** What is longer than this is no packet: the largest that were ever seen have some megabytes. */
    static final int MAX_STEP = 256 << 20;

    private static final CaptureBytes NO_MORE = (unread, least) -> unread;

    private final CaptureBytes source;
    private ByteBuffer bytes;
    private long base;

    private Window(CaptureBytes source, ByteBuffer first) {
        this.source = source;
        this.bytes = first;
    }

    /** @param file all of it; its remaining bytes, which are not changed; its byte order is kept */
    static Window whole(ByteBuffer file) {
        return new Window(NO_MORE, file.asReadOnlyBuffer().slice().order(file.order()));
    }

    /** @param least bytes that should be there at once */
    static Window first(CaptureBytes source, int least) {
        return new Window(source, source.next(ByteBuffer.allocate(0), least).asReadOnlyBuffer());
    }

    /** Those of the window; absolute reads only, in the order that was set. */
    ByteBuffer bytes() {
        return bytes;
    }

    void order(ByteOrder order) {
        bytes.order(order);
    }

    /** Where in the file the window begins. */
    long base() {
        return base;
    }

    /** Whether so many bytes are in the window from there on. */
    boolean has(int from, long wanted) {
        return bytes.limit() - from >= wanted;
    }

    /** Whether there is more of the file than what is in the window, as far as is known. */
    boolean mayGrow() {
        return source != NO_MORE;
    }

    /** Begins the window there, with so many bytes from there on if the file has them. */
    void moveTo(int from, int least) {
        ByteOrder order = bytes.order();
        base += from;
        bytes = source.next(bytes.slice(from, bytes.limit() - from), least)
                .asReadOnlyBuffer()
                .order(order);
    }
}
