// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux.bpf;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Where members are in the kernel's structures, from its own description of them ({@code /sys/kernel/btf/vmlinux},
 * {@code Documentation/bpf/btf.rst}).
 *
 * <pre>
 *   struct btf_header { __u16 magic; __u8 version, flags; __u32 hdr_len, type_off, type_len, str_off, str_len; };
 *   struct btf_type   { __u32 name_off, info; union { __u32 size, type; }; };       info: flag(1) … kind(5) … vlen(16)
 *   struct btf_member { __u32 name_off, type, offset; };                            offset in bits
 * </pre>
 */
public final class Btf {

    private static final int MAGIC = 0xeb9f;
    private static final int HEADER_MINIMUM = 24;
    private static final int TYPE_SIZE = 12;
    private static final int MEMBER_SIZE = 12;

    // #define BTF_KIND_…   linux/btf.h
    private static final int STRUCT = 4;
    private static final int UNION = 5;
    private static final int TYPEDEF = 8;
    private static final int VOLATILE = 9;
    private static final int CONST = 10;
    private static final int RESTRICT = 11;
    private static final int TYPE_TAG = 18;

    /**
     * Bytes after {@code struct btf_type}, by kind: fixed, and for each of {@code vlen}. PTR, FWD, the modifiers, FUNC and
     * FLOAT have none.
     */
    private static final int[] FIXED = {0, 4, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0};

    private static final int[] EACH = {0, 0, 0, 0, 12, 12, 8, 0, 0, 0, 0, 0, 0, 8, 0, 12, 0, 0, 0, 12};

    /** No structure is nested as deep; ends descents into types that contain themselves. */
    private static final int DEEPEST = 16;

    private final ByteBuffer types;
    private final ByteBuffer strings;
    /** Where type {@code id} is, at {@code id}; 0 is void. */
    private final int[] positions;

    private Btf(ByteBuffer types, ByteBuffer strings, int[] positions) {
        this.types = types;
        this.strings = strings;
        this.positions = positions;
    }

    /**
     * @throws IllegalArgumentException when this is not BTF of this machine's byte order, or has kinds of types that are
     *     not known here
     */
    public static Btf of(byte[] bytes) {
        ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        try {
            if (Short.toUnsignedInt(all.getShort(0)) != MAGIC || bytes.length < HEADER_MINIMUM) {
                throw new IllegalArgumentException("these " + bytes.length + " bytes do not begin as BTF does");
            }
            int header = all.getInt(4);
            ByteBuffer types = section(all, (long) header + Integer.toUnsignedLong(all.getInt(8)), all.getInt(12));
            ByteBuffer strings = section(all, (long) header + Integer.toUnsignedLong(all.getInt(16)), all.getInt(20));
            return new Btf(types, strings, positions(types));
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("this BTF ends too early", e);
        }
    }

    private static ByteBuffer section(ByteBuffer all, long offset, int length) {
        if (offset > all.limit() || length < 0 || length > all.limit() - offset) {
            throw new IllegalArgumentException("a section of this BTF lies outside of it");
        }
        return all.slice((int) offset, length).order(all.order());
    }

    private static int[] positions(ByteBuffer types) {
        int[] positions = new int[1024];
        int id = 1;
        int position = 0;
        while (position < types.limit()) {
            if (id == positions.length) {
                positions = Arrays.copyOf(positions, 2 * id);
            }
            positions[id] = position;
            id++;
            position += sizeOf(types.getInt(position + 4));
        }
        return Arrays.copyOf(positions, id);
    }

    private static int sizeOf(int info) {
        int kind = kind(info);
        if (kind == 0 || kind >= FIXED.length) {
            throw new IllegalArgumentException("this BTF has types of kind " + kind + ", which are not known here");
        }
        return TYPE_SIZE + FIXED[kind] + EACH[kind] * length(info);
    }

    // #define BTF_INFO_KIND(info) (((info) >> 24) & 0x1f)
    private static int kind(int info) {
        return info >>> 24 & 0x1f;
    }

    // #define BTF_INFO_VLEN(info) ((info) & 0xffff)
    private static int length(int info) {
        return info & 0xffff;
    }

    /**
     * Bytes from the begin of a structure to one of its members, also when that is in a nameless structure or union
     * inside.
     *
     * @return empty when there is no such structure, or it has no such member, or that is a bit field
     */
    public OptionalInt offsetOf(String structure, String member) {
        byte[] structureName = nameBytes(structure);
        byte[] memberName = nameBytes(member);
        try {
            for (int id = 1; id < positions.length; id++) {
                int position = positions[id];
                if (kind(types.getInt(position + 4)) == STRUCT && isNamed(types.getInt(position), structureName)) {
                    return bytes(bitOffset(position, memberName, 0));
                }
            }
            return OptionalInt.empty();
        } catch (IndexOutOfBoundsException e) {
            // Names or members outside of it: damaged.
            return OptionalInt.empty();
        }
    }

    private static OptionalInt bytes(OptionalInt bits) {
        // No structure is so large that its offsets in bits would be negative as int.
        return bits.isPresent() && bits.getAsInt() >= 0 && bits.getAsInt() % Byte.SIZE == 0
                ? OptionalInt.of(bits.getAsInt() / Byte.SIZE)
                : OptionalInt.empty();
    }

    private OptionalInt bitOffset(int position, byte[] name, int depth) {
        int info = types.getInt(position + 4);
        boolean bitFields = info < 0;
        for (int index = 0; index < length(info) && depth < DEEPEST; index++) {
            int at = position + TYPE_SIZE + index * MEMBER_SIZE;
            int offset = types.getInt(at + 8);
            // With bit fields in the structure the upper byte is the size of this one, or 0.
            int bits = bitFields ? offset & 0xffffff : offset;
            if (types.getInt(at) != 0) {
                if (isNamed(types.getInt(at), name)) {
                    return bitFields && offset >>> 24 != 0 ? OptionalInt.empty() : OptionalInt.of(bits);
                }
            } else {
                OptionalInt inside = inside(types.getInt(at + 4), name, depth);
                if (inside.isPresent()) {
                    return OptionalInt.of(bits + inside.getAsInt());
                }
            }
        }
        return OptionalInt.empty();
    }

    private OptionalInt inside(int id, byte[] name, int depth) {
        int type = id;
        for (int steps = 0; steps < DEEPEST && type > 0 && type < positions.length; steps++) {
            int position = positions[type];
            int kind = kind(types.getInt(position + 4));
            if (kind == STRUCT || kind == UNION) {
                return bitOffset(position, name, depth + 1);
            }
            if (!isModifier(kind)) {
                break;
            }
            type = types.getInt(position + 8);
        }
        return OptionalInt.empty();
    }

    private static boolean isModifier(int kind) {
        return kind == TYPEDEF || kind == VOLATILE || kind == CONST || kind == RESTRICT || kind == TYPE_TAG;
    }

    private static byte[] nameBytes(String name) {
        return (name + '\0').getBytes(StandardCharsets.US_ASCII);
    }

    private boolean isNamed(int offset, byte[] name) {
        if (offset < 0 || offset > strings.limit() - name.length) {
            return false;
        }
        for (int index = 0; index < name.length; index++) {
            if (strings.get(offset + index) != name[index]) {
                return false;
            }
        }
        return true;
    }
}
