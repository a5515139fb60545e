// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The attributes of one level of a netlink message, by type; of several with one type the last counts. */
record Attributes(Map<Integer, ByteBuffer> values) {

    // struct rtattr { unsigned short rta_len, rta_type; };   linux/rtnetlink.h
    private static final int HEADER = 4;
    // #define NLA_TYPE_MASK ~(NLA_F_NESTED | NLA_F_NET_BYTEORDER)   linux/netlink.h
    private static final int TYPE_MASK = 0x3fff;

    /** Reads up to the first attribute that does not fit. */
    static Attributes in(ByteBuffer buffer, int from, int to) {
        Map<Integer, ByteBuffer> values = new HashMap<>();
        int offset = from;
        while (offset <= to - HEADER) {
            int length = Short.toUnsignedInt(buffer.getShort(offset));
            if (length < HEADER || length > to - offset) {
                break;
            }
            int type = buffer.getShort(offset + 2) & TYPE_MASK;
            values.put(type, buffer.slice(offset + HEADER, length - HEADER).order(ByteOrder.nativeOrder()));
            offset += (length + 3) & ~3;
        }
        return new Attributes(values);
    }

    Optional<String> text(int type) {
        return Optional.ofNullable(values.get(type)).map(Attributes::textOf);
    }

    Optional<Integer> number(int type) {
        return Optional.ofNullable(values.get(type))
                .filter(value -> value.limit() >= Integer.BYTES)
                .map(value -> value.getInt(0));
    }

    Optional<Integer> shortNumber(int type) {
        return Optional.ofNullable(values.get(type))
                .filter(value -> value.limit() >= Short.BYTES)
                .map(value -> Short.toUnsignedInt(value.getShort(0)));
    }

    Optional<ByteBuffer> bytes(int type) {
        return Optional.ofNullable(values.get(type));
    }

    Optional<Attributes> nested(int type) {
        return Optional.ofNullable(values.get(type)).map(value -> in(value, 0, value.limit()));
    }

    private static String textOf(ByteBuffer value) {
        byte[] bytes = new byte[value.limit()];
        value.get(0, bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
