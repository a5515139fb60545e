// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** Walks the options of one block that was read. Never throws; ends at {@code opt_endofopt} or where nothing fits. */
final class OptionCursor {
    private ByteBuffer block;
    private int end;
    private int next;
    private int code;
    private int value;
    private int length;

    /**
     * @param from first byte of the options
     * @param end first byte after them
     */
    OptionCursor(ByteBuffer block, int from, int end) {
        this.block = block;
        this.next = from;
        this.end = end;
    }

    /** Begins anew, with the options of another block; as the constructor. */
    void moveTo(ByteBuffer otherBlock, int from, int newEnd) {
        block = otherBlock;
        next = from;
        end = newEnd;
    }

    boolean next() {
        if ((long) next + Options.HEAD > end) {
            return false;
        }
        code = block.getShort(next) & 0xFFFF;
        length = block.getShort(next + 2) & 0xFFFF;
        value = next + Options.HEAD;
        if (code == Options.END || (long) value + length > end) {
            return false;
        }
        next = (int) Math.min(end, (long) value + BlockLayout.padded(length));
        return true;
    }

    int code() {
        return code;
    }

    /** Empty when the option is none of one byte. */
    OptionalLong octet() {
        return length == 1 ? OptionalLong.of(block.get(value) & 0xFF) : OptionalLong.empty();
    }

    /** @param otherwise when the option is none of four bytes */
    long wordOr(long otherwise) {
        return length == 4 ? block.getInt(value) & 0xFFFF_FFFFL : otherwise;
    }

    /** Empty when the option is none of eight bytes. */
    OptionalLong number() {
        return length == 8 ? OptionalLong.of(block.getLong(value)) : OptionalLong.empty();
    }

    /** High word first; empty when the option is none of eight bytes. */
    OptionalLong timestamp() {
        return length == 8
                ? OptionalLong.of((long) block.getInt(value) << 32 | (block.getInt(value + 4) & 0xFFFF_FFFFL))
                : OptionalLong.empty();
    }

    /** Bytes that the value has. */
    int length() {
        return length;
    }

    /** Copies the value to the beginning of an array that has room for it. */
    void copyTo(byte[] bytes) {
        block.get(value, bytes, 0, length);
    }

    String text() {
        byte[] utf8 = new byte[length];
        copyTo(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
