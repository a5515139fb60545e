// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Bytes that do not change any more. */
public final class Bytes {
    private static final Bytes NONE = new Bytes(new byte[0]);

    private final byte[] bytes;

    private Bytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Copies; the buffer's position, limit and order do not matter. */
    static Bytes of(ByteBuffer buffer, int offset, int length) {
        if (length == 0) {
            return NONE;
        }
        byte[] copy = new byte[length];
        buffer.get(offset, copy);
        return new Bytes(copy);
    }

    public int length() {
        return bytes.length;
    }

    /** A copy. */
    public byte[] toArray() {
        return bytes.clone();
    }

    /** Lower case, nothing between. */
    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return hex();
    }
}
