// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Attribution;
import org.jspecify.annotations.Nullable;

/** A netlink socket that has spoken or was spoken to, by protocol and port id, with whom it belongs to. */
final class KnownSocket {
    private final int protocol;
    private final long portId;
    private @Nullable Owner owner;
    private Grounds grounds = Grounds.NAMED;

    KnownSocket(int protocol, long portId) {
        this.protocol = protocol;
        this.portId = portId;
    }

    /** @param portId unsigned, 32 bits */
    static long key(int protocol, long portId) {
        return (long) protocol << 32 | portId;
    }

    long key() {
        return key(protocol, portId);
    }

    void belongsTo(Owner owner, Grounds grounds) {
        this.owner = owner;
        this.grounds = grounds;
    }

    @Nullable
    Owner owner() {
        return owner;
    }

    Attribution as(Owner owner, Attribution.Role role, Grounds whenExact) {
        return owner.as(role, grounds == Grounds.NAMED ? whenExact : grounds);
    }
}
