// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.List;
import java.util.Locale;

/** What an attribute or a field holds. Immutable; nothing in it points into the bytes it was read from. */
public sealed interface Value {

    /** As it stands in a line of text: no control characters, no line ends. */
    String text();

    /**
     * A number.
     *
     * @param number if unsigned and of 8 bytes, all 64 bits of it
     * @param width in bytes: 1 to 8
     */
    record Int(long number, int width, boolean isSigned, Notation notation) implements Value {
        @Override
        public String text() {
            return switch (notation) {
                case DECIMAL -> isSigned ? Long.toString(number) : Long.toUnsignedString(number);
                case HEX -> "0x" + Long.toHexString(number);
                case HANDLE -> Handles.text(number);
            };
        }
    }

    /** How a number is written. */
    enum Notation {
        DECIMAL,
        HEX,
        /** {@code major:minor} of {@code linux/pkt_sched.h}. */
        HANDLE
    }

    /**
     * A number of which each has a name.
     *
     * @param name in the kernel's headers
     */
    record Name(String name, long number) implements Value {
        @Override
        public String text() {
            return name;
        }
    }

    /**
     * A number of which each bit has a name.
     *
     * @param names of those that are set; a bit without a name is {@code 0x80}
     */
    record FlagSet(List<String> names, long number) implements Value {
        public FlagSet {
            names = List.copyOf(names);
        }

        @Override
        public String text() {
            return names.isEmpty() ? "0" : String.join("|", names);
        }
    }

    /**
     * Characters, as UTF-8.
     *
     * @param string as it is on the wire, whatever it holds
     */
    record Text(String string) implements Value {
        @Override
        public String text() {
            return '"' + Escapes.inText(string) + '"';
        }
    }

    /**
     * An IPv4 or IPv6 address.
     *
     * @param address as RFC 5952 has it
     */
    record Address(String address) implements Value {
        @Override
        public String text() {
            return address;
        }
    }

    /**
     * A link-layer address.
     *
     * @param address bytes in lower-case hexadecimal with colons between
     */
    record LinkAddress(String address) implements Value {
        @Override
        public String text() {
            return address;
        }
    }

    /** A span of time, or with {@link Unit#EPOCH_SECONDS} a point in time. */
    record Time(long count, Unit unit) implements Value {
        @Override
        public String text() {
            return Long.toUnsignedString(count) + unit.suffix();
        }
    }

    /** Of {@link Time}. */
    enum Unit {
        NANOSECONDS("ns"),
        MICROSECONDS("us"),
        MILLISECONDS("ms"),
        /** {@code clock_t}: of USER_HZ, which is 100 on all but one of Linux's machines. */
        CENTISECONDS("cs"),
        SECONDS("s"),
        /** Since 1970. */
        EPOCH_SECONDS("s since 1970");

        private final String suffix;

        Unit(String suffix) {
            this.suffix = suffix;
        }

        String suffix() {
            return suffix;
        }
    }

    /** An attribute that says all by being there. */
    record Present() implements Value {
        @Override
        public String text() {
            return "yes";
        }
    }

    /** Bytes that no table explains, or that are not what the table says. */
    record Raw(Bytes bytes) implements Value {
        @Override
        public String text() {
            return bytes.length() == 0 ? "(nothing)" : "0x" + bytes.hex();
        }
    }

    /**
     * Key material: it is left where it was.
     *
     * @param length in bytes
     * @param isBlank whether all of them are 0, as redaction leaves them
     */
    record Secret(int length, boolean isBlank) implements Value {
        @Override
        public String text() {
            return String.format(Locale.ROOT, "(key of %d bytes%s)", length, isBlank ? ", all 0" : "");
        }
    }

    /**
     * Attributes in an attribute.
     *
     * @param isList whether they are items of one kind, and their numbers mean nothing
     */
    record Nested(List<Attribute> attributes, boolean isList) implements Value, Attributes {
        public Nested {
            attributes = List.copyOf(attributes);
        }

        @Override
        public String text() {
            return MessageText.attributes(attributes);
        }
    }

    /** A structure of C, with what attributes follow it. */
    record Struct(List<Field> fields, List<Attribute> attributes) implements Value, Attributes {
        public Struct {
            fields = List.copyOf(fields);
            attributes = List.copyOf(attributes);
        }

        @Override
        public String text() {
            return MessageText.struct(fields, attributes);
        }
    }

    /** Values of one kind, one after the other without anything between. */
    record Items(List<Value> values) implements Value {
        public Items {
            values = List.copyOf(values);
        }

        @Override
        public String text() {
            return MessageText.items(values);
        }
    }
}
