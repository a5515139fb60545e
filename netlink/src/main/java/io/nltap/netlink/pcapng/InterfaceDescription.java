// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.ByteBuffer;

/**
 * Describes a netlink interface: link type 253, timestamps in nanoseconds. The first one in a section has interface id
 * 0, the next 1, and so on. May stand anywhere before the first packet of its interface.
 *
 * @param name {@code if_name}, the column that Wireshark shows
 * @param description {@code if_description}; may be empty
 * @param os {@code if_os}; may be empty
 */
public record InterfaceDescription(String name, String description, String os) implements Block {

    /** {@code LINKTYPE_NETLINK}. */
    public static final int LINKTYPE_NETLINK = 253;

    /** Wireshark and tcpdump refuse a file that holds a captured packet larger than this, cooked header included. */
    public static final int SNAPLEN = 262_144;

    /** Link type, reserved, snaplen. */
    private static final int BODY = 2 + 2 + 4;

    /** A power of ten. */
    private static final int NANOSECONDS = 9;

    @Override
    public int length() {
        return BlockLayout.HEAD + BODY + options().length() + BlockLayout.TAIL;
    }

    @Override
    public void putInto(ByteBuffer out) {
        int length = length();
        BlockLayout.begin(out, BlockLayout.INTERFACE_DESCRIPTION, length);
        out.putShort((short) LINKTYPE_NETLINK).putShort((short) 0).putInt(SNAPLEN);
        options().putInto(out);
        BlockLayout.end(out, length);
    }

    private Options options() {
        return new Options()
                .text(Options.IF_NAME, name)
                .text(Options.IF_DESCRIPTION, description)
                .octet(Options.IF_TSRESOL, NANOSECONDS)
                .text(Options.IF_OS, os);
    }
}
