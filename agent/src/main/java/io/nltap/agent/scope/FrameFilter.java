// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.scope;

import io.nltap.agent.frame.Frame;
import io.nltap.agent.linux.PacketFilter;
import io.nltap.netlink.message.MessageType;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a user wants to see of the traffic that is in scope: a frame that all conditions let through. Makes no object for a
 * frame.
 */
public final class FrameFilter {

    /** Lets everything through. */
    public static final FrameFilter EVERYTHING = new FrameFilter(Set.of(), List.of(), true, Optional.empty());

    private static final int PROTOCOLS = 64;

    private final long protocols;
    private final MessageSelection types;
    private final boolean notifications;
    private final Optional<ExpressionFilter> expression;

    /**
     * @param protocols netlink protocols that are let through, 0 to 63; empty for all
     * @param types kinds of messages of which a frame must have one; empty for all
     * @param notifications whether what the kernel tells all listeners of a group is let through
     * @param expression a program for link type 253, as libpcap compiles it; it sees the cooked header
     */
    public FrameFilter(
            Collection<Integer> protocols,
            Collection<MessageType> types,
            boolean notifications,
            Optional<PacketFilter> expression) {
        this.protocols = protocols.stream().mapToLong(FrameFilter::bit).reduce(0, (a, b) -> a | b);
        this.types = new MessageSelection(types);
        this.notifications = notifications;
        this.expression = expression.map(ExpressionFilter::new);
    }

    private static long bit(int protocol) {
        if (protocol < 0 || protocol >= PROTOCOLS) {
            throw new IllegalArgumentException("no netlink protocol has the number " + protocol);
        }
        return 1L << protocol;
    }

    boolean passes(Frame frame, boolean notification) {
        return (notifications || !notification)
                && allows(frame.protocol())
                && types.allows(frame)
                && (expression.isEmpty() || expression.get().allows(frame));
    }

    private boolean allows(int protocol) {
        return protocols == 0 || (protocol < PROTOCOLS && (protocols & 1L << protocol) != 0);
    }
}
