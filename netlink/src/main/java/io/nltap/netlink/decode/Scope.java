// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where a type finds what decides how it is read: beside it, around it, in the headers before it, in the message. */
sealed interface Scope {
    Optional<Value> find(String name);

    /**
     * The message itself: {@code message} is its name, {@code direction} is {@code request} or {@code reply}, {@code dump}
     * is {@code yes} where all of a kind is asked for.
     */
    record OfMessage(String message, boolean isRequest, boolean isDump) implements Scope {
        static final String MESSAGE = "message";
        static final String DIRECTION = "direction";
        static final String DUMP = "dump";

        @Override
        public Optional<Value> find(String name) {
            return switch (name) {
                case MESSAGE -> Optional.of(new Value.Text(message));
                case DIRECTION -> Optional.of(new Value.Text(isRequest ? "request" : "reply"));
                case DUMP -> Optional.of(new Value.Text(isDump ? "yes" : "no"));
                default -> Optional.empty();
            };
        }
    }

    /** Attributes from an offset up to another. Looks for each name once: there may be many that ask. */
    final class OfAttributes implements Scope {
        private final Reading reading;
        private final Nest nest;
        private final int from;
        private final int to;
        private final Scope outer;
        private final Map<String, Optional<Value>> found = new HashMap<>(2);

        OfAttributes(Reading reading, Nest nest, int from, int to, Scope outer) {
            this.reading = reading;
            this.nest = nest;
            this.from = from;
            this.to = to;
            this.outer = outer;
        }

        @Override
        public Optional<Value> find(String name) {
            Optional<Value> known = found.get(name);
            if (known == null) {
                known = here(name).or(() -> outer.find(name));
                found.put(name, known);
            }
            return known;
        }

        private Optional<Value> here(String name) {
            Optional<Nest.Row> row = nest.named(name);
            if (row.isEmpty()) {
                return Optional.empty();
            }
            AttributeCursor cursor = new AttributeCursor(reading.bytes(), from, to);
            while (cursor.next()) {
                if (cursor.number() == row.get().number()) {
                    return Optional.of(row.get().type().read(reading, cursor.payload(), cursor.payloadLength(), outer));
                }
            }
            return Optional.empty();
        }
    }

    /** A structure of which so many bytes are there. */
    record OfStruct(Reading reading, StructTable struct, int offset, int length, Scope outer) implements Scope {
        @Override
        public Optional<Value> find(String name) {
            return struct.find(reading, name, offset, length, outer).or(() -> outer.find(name));
        }
    }
}
