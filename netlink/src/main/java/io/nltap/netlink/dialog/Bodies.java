// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

import java.nio.ByteBuffer;

/** Copies of what requests say that change something, until their answer tells whether they did. Bounded in bytes. */
final class Bodies {
    private static final int MAX_ONE = 65_536;
    private static final long MAX_ALL = 32L << 20;

    private long kept;
    private long omitted;

    /** Empty when there is no room. */
    ByteBuffer keep(ByteBuffer payload) {
        int size = Math.min(MAX_ONE, payload.remaining());
        if (kept + size > MAX_ALL) {
            omitted++;
            return ByteBuffer.allocate(0).order(payload.order());
        }
        kept += size;
        ByteBuffer copy = ByteBuffer.allocate(size).order(payload.order());
        copy.put(0, payload, payload.position(), size);
        return copy;
    }

    void release(Dialog dialog) {
        dialog.body.ifPresent(body -> kept -= body.capacity());
        dialog.batch.ifPresent(
                batch -> batch.items().forEach(item -> kept -= item.message().capacity()));
        dialog.body = java.util.Optional.empty();
    }

    /** Bodies for which there was no room. */
    long omitted() {
        return omitted;
    }
}
