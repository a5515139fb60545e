// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Types that hold no others. */
sealed interface PlainType extends Type {

    /**
     * A number.
     *
     * @param width in bytes: 1, 2, 4, 8; {@link #ALL} for as many of those as there are
     * @param order empty for that of the machine
     */
    record Number(int width, boolean isSigned, Optional<ByteOrder> order, Meaning meaning) implements PlainType {
        @Override
        public int size() {
            return width;
        }

        @Override
        public Value read(Reading reading, int offset, int length, Scope scope) {
            int taken = width == ALL ? length : width;
            if (length < taken || (taken != 1 && taken != 2 && taken != 4 && taken != 8)) {
                return reading.raw(offset, length);
            }
            return meaning.of(bits(reading, offset, taken), taken, isSigned);
        }

        private long bits(Reading reading, int offset, int taken) {
            long bits = 0;
            boolean isLittle = order.orElse(reading.bytes().order()).equals(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < taken; i++) {
                bits = bits << 8 | reading.u8(offset + (isLittle ? taken - 1 - i : i));
            }
            int unused = Long.SIZE - taken * Byte.SIZE;
            return isSigned ? bits << unused >> unused : bits;
        }
    }

    /** Characters up to the first 0, or to the end. */
    record Text(int size) implements PlainType {
        @Override
        public Value read(Reading reading, int offset, int length, Scope scope) {
            int end = 0;
            while (end < length && reading.u8(offset + end) != 0) {
                end++;
            }
            byte[] bytes = new byte[end];
            reading.bytes().get(offset, bytes);
            return new Value.Text(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    /**
     * An IP address.
     *
     * @param size {@link #ALL}: how many bytes there are tells which it is
     * @param family empty, or the field or attribute that tells it, where there is room for either
     */
    record Address(int size, Optional<String> family) implements PlainType {
        @Override
        public Value read(Reading reading, int offset, int length, Scope scope) {
            int taken = family.isEmpty()
                    ? length
                    : scope.find(family.get()).map(Address::length).orElse(0);
            return taken <= length && (taken == Addresses.IPV4 || taken == Addresses.IPV6)
                    ? new Value.Address(Addresses.ip(reading, offset, taken))
                    : reading.raw(offset, length);
        }

        private static int length(Value value) {
            return switch (value.text()) {
                case "AF_INET", "ETH_P_IP" -> Addresses.IPV4;
                case "AF_INET6", "ETH_P_IPV6" -> Addresses.IPV6;
                default -> 0;
            };
        }
    }

    /** A link-layer address; those of tunnels are IP addresses. */
    record LinkAddress(int size) implements PlainType {
        /** Of InfiniBand. */
        private static final int LONGEST = 20;

        @Override
        public Value read(Reading reading, int offset, int length, Scope scope) {
            if (length == Addresses.IPV4 || length == Addresses.IPV6) {
                return new Value.Address(Addresses.ip(reading, offset, length));
            }
            return length > 0 && length <= LONGEST
                    ? new Value.LinkAddress(Addresses.link(reading, offset, length))
                    : reading.raw(offset, length);
        }
    }

    /** Labels of MPLS: {@code linux/mpls.h}. */
    record Labels() implements PlainType {
        @Override
        public int size() {
            return ALL;
        }

        @Override
        public Value read(Reading reading, int offset, int length, Scope scope) {
            return length > 0 && length % Integer.BYTES == 0 && length <= 64
                    ? new Value.Text(Addresses.labels(reading, offset, length))
                    : reading.raw(offset, length);
        }
    }

    /** Nothing: that it is there says it. */
    record Flag() implements PlainType {
        @Override
        public int size() {
            return ALL;
        }

        @Override
        public Value read(Reading reading, int offset, int length, Scope scope) {
            return length == 0 ? new Value.Present() : reading.raw(offset, length);
        }
    }

    /** Bytes without a meaning, or of one that is not ours to tell. */
    record Raw(int size) implements PlainType {
        @Override
        public Value read(Reading reading, int offset, int length, Scope scope) {
            return reading.raw(offset, length);
        }
    }

    /** Key material. */
    record Secret(int size) implements PlainType {
        @Override
        public Value read(Reading reading, int offset, int length, Scope scope) {
            int some = 0;
            for (int i = 0; i < length; i++) {
                some |= reading.u8(offset + i);
            }
            return new Value.Secret(length, some == 0);
        }
    }
}
