// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.pcapng;

import static io.nltap.netlink.pcapng.BlockLayout.padded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The options of one block while it is being written: {@code code u16, length u16, value, padding to 4}, and
 * {@code opt_endofopt} after the last. A block without options has no {@code opt_endofopt} either.
 */
final class Options {
    static final int END = 0;
    static final int COMMENT = 1;

    static final int SECTION_HARDWARE = 2;
    static final int SECTION_OS = 3;
    static final int SECTION_USERAPPL = 4;

    static final int IF_NAME = 2;
    static final int IF_DESCRIPTION = 3;
    static final int IF_TSRESOL = 9;
    static final int IF_OS = 12;
    static final int IF_TSOFFSET = 14;

    static final int EPB_FLAGS = 2;

    static final int ISB_STARTTIME = 2;
    static final int ISB_ENDTIME = 3;
    static final int ISB_IFRECV = 4;
    static final int ISB_IFDROP = 5;
    static final int ISB_OSDROP = 7;
    static final int ISB_USRDELIV = 8;

    /** Code and length. */
    static final int HEAD = 4;

    /** A comment longer than this helps nobody, and the length field ends at 65535. */
    static final int MAX_TEXT = 4096;

    private final List<Option> options = new ArrayList<>();

    /** Adds nothing when the text is empty. Longer than {@link #MAX_TEXT} bytes of UTF-8 is cut. */
    Options text(int code, String text) {
        if (!text.isEmpty()) {
            byte[] utf8 = utf8(text);
            options.add(new Option(code, utf8.length, (out) -> out.put(utf8)));
        }
        return this;
    }

    Options octet(int code, int value) {
        options.add(new Option(code, 1, (out) -> out.put((byte) value)));
        return this;
    }

    Options number(int code, OptionalLong value) {
        if (value.isPresent()) {
            options.add(new Option(code, 8, (out) -> out.putLong(value.getAsLong())));
        }
        return this;
    }

    /** A timestamp is two 32-bit words, the high one first, whatever the byte order. */
    Options timestamp(int code, OptionalLong nanos) {
        if (nanos.isPresent()) {
            long value = nanos.getAsLong();
            options.add(new Option(
                    code, 8, (out) -> out.putInt((int) (value >>> 32)).putInt((int) value)));
        }
        return this;
    }

    int length() {
        int length = 0;
        for (Option option : options) {
            length += HEAD + padded(option.length);
        }
        return options.isEmpty() ? 0 : length + HEAD;
    }

    void putInto(ByteBuffer out) {
        for (Option option : options) {
            out.putShort((short) option.code).putShort((short) option.length);
            option.value.putInto(out);
            for (int i = option.length; i < padded(option.length); i++) {
                out.put((byte) 0);
            }
        }
        if (!options.isEmpty()) {
            out.putInt(END);
        }
    }

    private static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_TEXT) {
            return bytes;
        }
        int end = MAX_TEXT;
        while ((bytes[end] & 0xC0) == 0x80) { // not in the middle of a character
            end--;
        }
        byte[] cut = new byte[end];
        System.arraycopy(bytes, 0, cut, 0, end);
        return cut;
    }

    private record Option(int code, int length, Value value) {}

    private interface Value {
        void putInto(ByteBuffer out);
    }
}
