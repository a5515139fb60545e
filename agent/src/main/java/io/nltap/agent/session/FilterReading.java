// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.linux.PacketFilter;
import io.nltap.agent.linux.PcapCompiler;
import io.nltap.agent.scope.FrameFilter;
import io.nltap.api.v1alpha1.Filter;
import io.nltap.api.v1alpha1.NetlinkProtocol;
import io.nltap.api.v1alpha1.Notifications;
import io.nltap.netlink.message.MessageType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A filter of an order, or of a command line, as what frames are asked. */
public final class FilterReading {
    private FilterReading() {}

    /**
     * @param prefix of the names of the fields, for messages, such as {@code filter.}
     * @throws IllegalArgumentException which field, what is wrong with it, and what it may hold
     */
    public static FrameFilter of(Filter filter, String prefix) {
        return new FrameFilter(
                filter.protocols().stream().map(NetlinkProtocol::number).toList(),
                types(filter.messageTypes(), prefix),
                filter.notifications() == Notifications.INCLUDE,
                Optional.ofNullable(filter.expression()).map(text -> compiled(text, prefix)));
    }

    private static List<MessageType> types(List<String> names, String prefix) {
        List<MessageType> types = new ArrayList<>();
        for (String name : names) {
            types.add(MessageType.named(name)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "%smessageTypes: no netlink message that this version knows is called '%s'; want a name of the"
                                            .formatted(prefix, name)
                                    + " kernel's headers, such as RTM_NEWROUTE")));
        }
        return types;
    }

    private static PacketFilter compiled(String expression, String prefix) {
        try {
            return PcapCompiler.compile(expression);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%sexpression: libpcap does not take '%s' for Linux netlink: %s"
                            .formatted(prefix, expression, e.getMessage()),
                    e);
        } catch (LinkageError e) {
            throw new IllegalArgumentException(
                    "%sexpression: cannot be compiled: %s".formatted(prefix, e.getMessage()), e);
        }
    }
}
