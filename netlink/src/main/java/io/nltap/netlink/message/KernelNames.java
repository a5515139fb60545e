// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.message;

import java.nio.ByteBuffer;

/** Names of the kernel's headers for numbers; what has no name there keeps its number. */
public final class KernelNames {
    private KernelNames() {}

    /** Such as {@code ROUTE} for 0. */
    public static String protocol(int protocol) {
        return Protocols.name(protocol);
    }

    /**
     * Such as {@code RTM_NEWROUTE}.
     *
     * @param type {@code nlmsg_type}
     * @param payload what follows the header, as far as there is any: generic netlink has its command there
     */
    public static String message(int protocol, int type, ByteBuffer payload) {
        return MessageTypes.name(protocol, type, payload);
    }

    /** @param error as messages have it, 0 or less; such as {@code ENOENT} for -2 */
    public static String error(int error) {
        return Errno.name(error);
    }
}
