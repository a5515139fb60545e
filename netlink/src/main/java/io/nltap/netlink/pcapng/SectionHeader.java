// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.ByteBuffer;

/**
 * The first block of a file. Says nothing of the section's length, so that the file can be cut anywhere between two
 * blocks and stay whole.
 *
 * @param hardware {@code shb_hardware}, such as {@code x86_64}; empty when not known
 * @param os {@code shb_os}, such as {@code Linux 6.1.0}; empty when not known
 * @param application {@code shb_userappl}, what wrote the file; empty when not known
 */
public record SectionHeader(String hardware, String os, String application) implements Block {

    /** Byte-order magic, version 1.0, section length. */
    private static final int BODY = 4 + 2 + 2 + 8;

    private static final long LENGTH_NOT_STATED = -1;

    @Override
    public int length() {
        return BlockLayout.HEAD + BODY + options().length() + BlockLayout.TAIL;
    }

    @Override
    public void putInto(ByteBuffer out) {
        int length = length();
        BlockLayout.begin(out, BlockLayout.SECTION_HEADER, length);
        out.putInt(BlockLayout.BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0);
        out.putLong(LENGTH_NOT_STATED);
        options().putInto(out);
        BlockLayout.end(out, length);
    }

    private Options options() {
        return new Options()
                .text(Options.SECTION_HARDWARE, hardware)
                .text(Options.SECTION_OS, os)
                .text(Options.SECTION_USERAPPL, application);
    }
}
