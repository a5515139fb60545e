// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Types that are made of others. */
sealed interface CompositeType extends Type {

    /** Attributes of a table. */
    record Nested(Nest nest) implements CompositeType {
        @Override
        public int size() {
            return ALL;
        }

        @Override
        public List<Type> parts() {
            return nest.types();
        }

        @Override
        public Value read(Reading reading, int offset, int length, Scope scope) {
            if (!reading.enter()) {
                return reading.raw(offset, length);
            }
            Value value = new Value.Nested(nest.read(reading, offset, offset + length, scope), false);
            reading.leave();
            return value;
        }
    }

    /**
     * Attributes of one kind, whatever their numbers.
     *
     * @param isList whether the numbers mean nothing
     */
    record Each(Type item, boolean isList) implements CompositeType {
        @Override
        public int size() {
            return ALL;
        }

        @Override
        public List<Type> parts() {
            return List.of(item);
        }

        @Override
        public Value read(Reading reading, int offset, int length, Scope scope) {
            if (!reading.enter()) {
                return reading.raw(offset, length);
            }
            List<Attribute> items = new ArrayList<>();
            AttributeCursor cursor = new AttributeCursor(reading.bytes(), offset, offset + length);
            while (cursor.next() && reading.mayAdd()) {
                items.add(new Attribute(
                        Integer.toString(cursor.number()),
                        cursor.number(),
                        cursor.start(),
                        cursor.length(),
                        item.read(reading, cursor.payload(), cursor.payloadLength(), scope)));
            }
            int rest = offset + length - cursor.rest();
            if (rest > 0) {
                items.add(new Attribute(
                        "no attribute", Attribute.NONE, cursor.rest(), rest, reading.raw(cursor.rest(), rest)));
            }
            reading.leave();
            return new Value.Nested(items, isList);
        }
    }

    /**
     * Values of one kind, one after the other.
     *
     * @param names of those of an array that is indexed by an enum; what has no name is not shown
     */
    record Many(Type item, Optional<Meaning.Names> names) implements CompositeType {
        @Override
        public int size() {
            return ALL;
        }

        @Override
        public List<Type> parts() {
            return List.of(item);
        }

        @Override
        public Value read(Reading reading, int offset, int length, Scope scope) {
            int width = item.size();
            if (width <= 0 || length % width != 0) {
                return reading.raw(offset, length);
            }
            return names.map(index -> indexed(index, reading, offset, length, scope))
                    .orElseGet(() -> items(reading, offset, length, scope));
        }

        private Value items(Reading reading, int offset, int length, Scope scope) {
            int width = item.size();
            List<Value> values = new ArrayList<>();
            int at = offset;
            while (at < offset + length && reading.mayAdd()) {
                values.add(item.read(reading, at, width, scope));
                at += width;
            }
            if (at < offset + length) {
                values.add(reading.raw(at, offset + length - at));
            }
            return new Value.Items(values);
        }

        private Value indexed(Meaning.Names index, Reading reading, int offset, int length, Scope scope) {
            int width = item.size();
            List<Field> fields = new ArrayList<>();
            for (int i = 0; i < length / width && reading.mayAdd(); i++) {
                int at = offset + i * width;
                fields.add(new Field(index.nameOr(i, "item " + i), at, width, item.read(reading, at, width, scope)));
            }
            return new Value.Struct(fields, List.of());
        }
    }

    /** A structure, and perhaps attributes after it. */
    record Struct(StructTable struct, Optional<Nest> nest) implements CompositeType {
        @Override
        public int size() {
            return nest.isPresent() ? ALL : struct.size();
        }

        @Override
        public List<Type> parts() {
            List<Type> parts = new ArrayList<>(struct.types());
            nest.ifPresent(each -> parts.addAll(each.types()));
            return parts;
        }

        @Override
        public Value read(Reading reading, int offset, int length, Scope scope) {
            if (!reading.enter()) {
                return reading.raw(offset, length);
            }
            List<Field> fields = struct.read(reading, offset, length, scope);
            List<Attribute> attributes = List.of();
            int size = struct.size();
            int from = (size + 3) & -4; // NLMSG_ALIGN, NLA_ALIGN
            if (size != ALL && nest.isPresent()) {
                if (length > from) {
                    Scope inner = new Scope.OfStruct(reading, struct, offset, length, scope);
                    attributes = nest.get().read(reading, offset + from, offset + length, inner);
                }
            } else if (size != ALL && length > size) { // of a newer kernel: structures only grow
                fields.add(new Field("more", offset + size, length - size, reading.raw(offset + size, length - size)));
            } else if (size != ALL && fields.isEmpty() && length > 0) {
                fields.add(new Field("part", offset, length, reading.raw(offset, length)));
            }
            reading.leave();
            return new Value.Struct(fields, attributes);
        }
    }

    /** Structures that begin with their own length in two bytes, with attributes in them: {@code struct rtnexthop}. */
    record Records(StructTable struct, Nest nest) implements CompositeType {
        @Override
        public int size() {
            return ALL;
        }

        @Override
        public List<Type> parts() {
            return List.of(new Struct(struct, Optional.of(nest)));
        }

        @Override
        public Value read(Reading reading, int offset, int length, Scope scope) {
            List<Value> records = new ArrayList<>();
            Struct item = new Struct(struct, Optional.of(nest));
            int end = offset + length;
            int at = offset;
            while (end - at >= Short.BYTES) {
                int claimed = reading.u16(at);
                if (claimed < struct.size() || claimed > end - at || !reading.mayAdd()) {
                    break;
                }
                records.add(item.read(reading, at, claimed, scope));
                at = Math.min(at + ((claimed + 3) & -4), end);
            }
            if (at < end) {
                records.add(reading.raw(at, end - at));
            }
            return new Value.Items(records);
        }
    }

    /** One of several types. */
    final class Choice {
        private final String name;
        private final Map<String, Type> types = new HashMap<>();
        private @Nullable Type otherwise;

        Choice(String name) {
            this.name = name;
        }

        /** @return false when there is one already */
        boolean add(String key, Type type) {
            return types.putIfAbsent(key, type) == null;
        }

        boolean addOtherwise(Type type) {
            boolean isNew = otherwise == null;
            otherwise = type;
            return isNew;
        }

        Optional<Type> of(Optional<String> key) {
            return key.map(types::get).or(() -> Optional.ofNullable(otherwise));
        }

        List<Type> all() {
            List<Type> all = new ArrayList<>(types.values());
            if (otherwise != null) {
                all.add(otherwise);
            }
            return all;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** What a field or an attribute decides. */
    record ChosenBy(Choice choice, String key) implements CompositeType {
        @Override
        public int size() {
            return ALL;
        }

        @Override
        public List<Type> parts() {
            return choice.all();
        }

        @Override
        public Value read(Reading reading, int offset, int length, Scope scope) {
            return choose(choice, scope.find(key), reading, offset, length, scope);
        }

        private static Value choose(
                Choice choice, Optional<Value> key, Reading reading, int offset, int length, Scope scope) {
            Optional<String> text =
                    key.map(value -> value instanceof Value.Text string ? string.string() : value.text());
            Optional<Type> type = choice.of(text);
            if (type.isEmpty() || !reading.enter()) {
                return reading.raw(offset, length);
            }
            Value value = type.get().read(reading, offset, length, scope);
            reading.leave();
            return value;
        }
    }

    /** What its own beginning decides. */
    record ChosenAt(Choice choice, Type key) implements CompositeType {
        @Override
        public int size() {
            return ALL;
        }

        @Override
        public List<Type> parts() {
            return choice.all();
        }

        @Override
        public Value read(Reading reading, int offset, int length, Scope scope) {
            Optional<Value> value =
                    length < key.size() ? Optional.empty() : Optional.of(key.read(reading, offset, length, scope));
            return ChosenBy.choose(choice, value, reading, offset, length, scope);
        }
    }
}
