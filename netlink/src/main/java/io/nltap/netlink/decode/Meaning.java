// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a number stands for. */
sealed interface Meaning {
    /** @param bits sign-extended if it is signed */
    Value of(long bits, int width, boolean isSigned);

    /** Itself. */
    record Amount(Value.Notation notation) implements Meaning {
        @Override
        public Value of(long bits, int width, boolean isSigned) {
            return new Value.Int(bits, width, isSigned, notation);
        }
    }

    /** A time. */
    record Span(Value.Unit unit) implements Meaning {
        @Override
        public Value of(long bits, int width, boolean isSigned) {
            return new Value.Time(bits, unit);
        }
    }

    /** One of several names. A number without one stays a number. */
    final class Names implements Meaning {
        private final Map<Long, String> names = new HashMap<>();

        /** @return false when the number has a name already */
        boolean add(long number, String name) {
            return names.putIfAbsent(number, name) == null;
        }

        String nameOr(long number, String otherwise) {
            return names.getOrDefault(number, otherwise);
        }

        @Override
        public Value of(long bits, int width, boolean isSigned) {
            String name = names.get(bits);
            return name == null
                    ? new Value.Int(bits, width, isSigned, Value.Notation.DECIMAL)
                    : new Value.Name(name, bits);
        }
    }

    /** Several names, a bit or more each. */
    final class Bits implements Meaning {
        private record Bit(long mask, String name) {}

        private final List<Bit> bits = new ArrayList<>();

        /** @return false when the bits have a name already */
        boolean add(long mask, String name) {
            boolean isNew = bits.stream().noneMatch(bit -> bit.mask() == mask);
            bits.add(new Bit(mask, name));
            return isNew;
        }

        @Override
        public Value of(long number, int width, boolean isSigned) {
            List<String> names = new ArrayList<>();
            long left = width == Long.BYTES ? number : number & ((1L << (width * Byte.SIZE)) - 1);
            long all = left;
            for (Bit bit : bits) {
                if ((all & bit.mask()) == bit.mask()) {
                    names.add(bit.name());
                    left &= ~bit.mask();
                }
            }
            if (left != 0) {
                names.add("0x" + Long.toHexString(left));
            }
            return new Value.FlagSet(names, all);
        }
    }
}
