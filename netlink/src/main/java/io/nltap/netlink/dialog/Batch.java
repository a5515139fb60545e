// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The messages between {@code NFNL_MSG_BATCH_BEGIN} and {@code _END}, which the kernel carries out together or not at all.
 * Without an end it carries out none, and acknowledges them all the same: so {@code nft -c} looks before it leaps.
 */
public final class Batch {
    private static final int MAX_ITEMS = 20_000;

    /** One message of it. {@code message} is all of it, as far as it was kept. */
    public record Item(int type, int flags, long seq, ByteBuffer message) {}

    private final List<Item> items = new ArrayList<>();
    private long omitted;
    private long lowest = Long.MAX_VALUE;
    private long highest = Long.MIN_VALUE;
    private int acksOwed;
    private int acks;
    private boolean hasEnd;
    private boolean isCut;

    Batch() {}

    void add(int type, int flags, long seq, ByteBuffer message) {
        span(seq);
        if ((flags & Kinds.ACK) != 0) {
            acksOwed++;
        }
        if (items.size() < MAX_ITEMS) {
            items.add(new Item(type, flags, seq, message));
        } else {
            omitted++;
        }
    }

    void span(long seq) {
        lowest = Math.min(lowest, seq);
        highest = Math.max(highest, seq);
    }

    void end() {
        hasEnd = true;
    }

    void cut() {
        isCut = true;
    }

    boolean has(long seq) {
        return lowest <= seq && seq <= highest;
    }

    void acknowledge() {
        acks++;
    }

    /** Messages between the first and the last, as far as they were kept. */
    public List<Item> items() {
        return Collections.unmodifiableList(items);
    }

    /** Messages for which there was no room. */
    public long omitted() {
        return omitted;
    }

    /** Acknowledgements that were asked for, but for those of beginning and end, which older kernels do not give. */
    public int acksOwed() {
        return acksOwed;
    }

    public boolean isAcknowledged() {
        return acks >= acksOwed;
    }

    /** Whether the kernel was asked to carry it out; also when its end was not captured. */
    public boolean isCommitted() {
        return hasEnd || isCut;
    }
}
