// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.nio.ByteBuffer;
import java.util.function.Predicate;

/** One message while it is read, and how much may still be made of it: the bytes are hostile. */
final class Reading {
    /** Values of one message. The largest that the kernel makes, a dump of virtual functions, has some thousands. */
    private static final int MAX_VALUES = 1 << 16;

    /** The deepest that the kernel has are some 10. */
    private static final int MAX_DEPTH = 24;

    private final ByteBuffer bytes;
    private final Predicate<String> wanted;
    private int valuesLeft = MAX_VALUES;
    private int depth;

    /**
     * @param bytes the message from its {@code nlmsghdr} on, in the byte order of its machine; absolute reads only
     * @param wanted tells by their names which attributes at the top are to be read
     */
    Reading(ByteBuffer bytes, Predicate<String> wanted) {
        this.bytes = bytes;
        this.wanted = wanted;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    boolean isWanted(String attribute) {
        return depth > 1 || wanted.test(attribute);
    }

    int u8(int offset) {
        return bytes.get(offset) & 0xFF;
    }

    int u16(int offset) {
        return bytes.getShort(offset) & 0xFFFF;
    }

    Value raw(int offset, int length) {
        return new Value.Raw(Bytes.of(bytes, offset, length));
    }

    /** Whether one more value may be made. */
    boolean mayAdd() {
        return valuesLeft-- > 0;
    }

    /** Whether what is inside may be looked at; if so, {@link #leave} follows. */
    boolean enter() {
        if (depth == MAX_DEPTH) {
            return false;
        }
        depth++;
        return true;
    }

    void leave() {
        depth--;
    }
}
