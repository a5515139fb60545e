// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes BTF as a kernel does. Types are numbered from 1 in the order in which they are added. */
public final class BtfBlob {

    private final ByteBuffer types = ByteBuffer.allocate(1 << 16).order(ByteOrder.nativeOrder());
    private final StringBuilder strings = new StringBuilder("\0");

    /** Any type but structures; {@code extra} is what comes after {@code struct btf_type}. */
    public BtfBlob type(int kind, int length, String name, int sizeOrType, int... extra) {
        types.putInt(nameOffset(name)).putInt(kind << 24 | length).putInt(sizeOrType);
        for (int word : extra) {
            types.putInt(word);
        }
        return this;
    }

    /** A {@code struct} (4) or {@code union} (5); then {@link #member} as often as {@code members} says. */
    public BtfBlob structure(int kind, String name, int members) {
        return type(kind, members, name, 4096);
    }

    /** A structure with bit fields. */
    public BtfBlob structureWithBitFields(String name, int members) {
        types.putInt(nameOffset(name)).putInt(1 << 31 | 4 << 24 | members).putInt(4096);
        return this;
    }

    /** @param name empty for what has none */
    public BtfBlob member(String name, int type, int bits) {
        types.putInt(nameOffset(name)).putInt(type).putInt(bits);
        return this;
    }

    private int nameOffset(String name) {
        if (name.isEmpty()) {
            return 0;
        }
        int offset = strings.length();
        strings.append(name).append('\0');
        return offset;
    }

    public byte[] bytes() {
        byte[] text = strings.toString().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer all =
                ByteBuffer.allocate(24 + types.position() + text.length).order(ByteOrder.nativeOrder());
        all.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0);
        all.putInt(24)
                .putInt(0)
                .putInt(types.position())
                .putInt(types.position())
                .putInt(text.length);
        all.put(types.array(), 0, types.position()).put(text);
        return all.array();
    }
}
