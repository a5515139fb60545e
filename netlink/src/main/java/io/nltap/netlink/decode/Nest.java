// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A table of attributes. */
final class Nest {
    /** Knows none. */
    static final Nest UNKNOWN = new Nest("unknown");

    /**
     * A row of the table.
     *
     * @param number {@code nla_type}
     */
    record Row(int number, String name, Type type) {}

    private final String name;
    private final Map<Integer, Row> byNumber = new HashMap<>();
    private final Map<String, Row> byName = new HashMap<>();
    private final Set<Integer> padding = new HashSet<>();

    Nest(String name) {
        this.name = name;
    }

    /** @return false when the number or the name is there already */
    boolean add(Row row) {
        return byNumber.putIfAbsent(row.number(), row) == null & byName.putIfAbsent(row.name(), row) == null;
    }

    /** Attributes without payload that are there so that the next one begins at a multiple of 8. */
    void addPadding(int number) {
        padding.add(number);
    }

    Optional<Row> named(String attribute) {
        return Optional.ofNullable(byName.get(attribute));
    }

    /** Takes over what another table has and this one has not. */
    void addAllOf(Nest other) {
        other.byNumber.values().forEach(this::add);
        padding.addAll(other.padding);
    }

    List<Type> types() {
        return byNumber.values().stream().map(Row::type).toList();
    }

    /** Its name, or {@code attribute 7} of one without. */
    String nameOf(int number) {
        Row row = byNumber.get(number);
        return row == null ? "attribute " + number : row.name();
    }

    /** All attributes of a range; at its end what is none. */
    List<Attribute> read(Reading reading, int from, int to, Scope outer) {
        List<Attribute> attributes = new ArrayList<>();
        Scope scope = new Scope.OfAttributes(reading, this, from, to, outer);
        AttributeCursor cursor = new AttributeCursor(reading.bytes(), from, to);
        while (cursor.next()) {
            if (!reading.mayAdd()) {
                attributes.add(rest(reading, cursor.start(), to));
                return attributes;
            }
            Row row = byNumber.get(cursor.number());
            boolean isPadding = cursor.payloadLength() == 0 && padding.contains(cursor.number());
            if (!isPadding && (row == null || reading.isWanted(row.name()))) {
                attributes.add(read(row, reading, cursor, scope));
            }
        }
        if (cursor.rest() < to) {
            attributes.add(rest(reading, cursor.rest(), to));
        }
        return attributes;
    }

    private static Attribute read(@Nullable Row row, Reading reading, AttributeCursor cursor, Scope scope) {
        int number = cursor.number();
        Value value = row == null
                ? unknown(reading, cursor, scope)
                : row.type().read(reading, cursor.payload(), cursor.payloadLength(), scope);
        return new Attribute(
                row == null ? "attribute " + number : row.name(), number, cursor.start(), cursor.length(), value);
    }

    /** What says that it holds attributes, and does, is shown so, though nobody knows which. */
    private static Value unknown(Reading reading, AttributeCursor cursor, Scope scope) {
        int from = cursor.payload();
        int length = cursor.payloadLength();
        return cursor.isNested() && length > 0 && AttributeCursor.isWellFormed(reading.bytes(), from, from + length)
                ? new CompositeType.Nested(UNKNOWN).read(reading, from, length, scope)
                : reading.raw(from, length);
    }

    private static Attribute rest(Reading reading, int from, int to) {
        return new Attribute("no attribute", Attribute.NONE, from, to - from, reading.raw(from, to - from));
    }

    @Override
    public String toString() {
        return name;
    }
}
