// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A structure of C: fields one after the other, with the padding that the table names. */
final class StructTable {
    private record Row(String name, Type type, boolean isShown) {}

    private final String name;
    private final List<Row> rows = new ArrayList<>();
    private int[] offsets = {};
    private int size;

    StructTable(String name) {
        this.name = name;
    }

    void add(String field, Type type) {
        rows.add(new Row(field, type, true));
    }

    void addPadding(int bytes) {
        rows.add(new Row("", new PlainType.Raw(bytes), false));
    }

    /** @return false when a field of that name is there already */
    boolean isNew(String field) {
        return rows.stream().noneMatch(row -> row.isShown() && row.name().equals(field));
    }

    List<Type> types() {
        return rows.stream().map(Row::type).toList();
    }

    /**
     * Works out where the fields are; to be called once, before anything is read, and after that of the structures in it.
     *
     * @return false when something follows a field that takes all there is
     */
    boolean layOut() {
        offsets = new int[rows.size()];
        int at = 0;
        for (int i = 0; i < rows.size(); i++) {
            if (at == Type.ALL) {
                return false;
            }
            offsets[i] = at;
            int width = rows.get(i).type().size();
            at = width == Type.ALL ? Type.ALL : at + width;
        }
        size = at;
        return true;
    }

    /** In bytes; {@link Type#ALL} if its last field takes all there is. */
    int size() {
        return size;
    }

    /** What the name says of these bytes, as far as they reach. */
    List<Field> read(Reading reading, int offset, int length, Scope outer) {
        List<Field> fields = new ArrayList<>(rows.size());
        Scope scope = new Scope.OfStruct(reading, this, offset, length, outer);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            int width = width(row, i, length);
            if (width < 0 || !reading.mayAdd()) {
                break;
            }
            if (row.isShown()) {
                int at = offset + offsets[i];
                fields.add(new Field(row.name(), at, width, row.type().read(reading, at, width, scope)));
            }
        }
        return fields;
    }

    /** Value of a field; {@code sel/family} is a field of a structure in this one. */
    Optional<Value> find(Reading reading, String path, int offset, int length, Scope outer) {
        int slash = path.indexOf('/');
        String field = slash < 0 ? path : path.substring(0, slash);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            int width = width(row, i, length);
            if (width < 0) {
                break;
            }
            int at = offset + offsets[i];
            if (row.isShown() && row.name().equals(field)) {
                if (slash < 0) {
                    return Optional.of(row.type().read(reading, at, width, outer));
                }
                return row.type() instanceof CompositeType.Struct inner
                        ? inner.struct().find(reading, path.substring(slash + 1), at, width, outer)
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Bytes of a field; below 0 when not all of them are there. */
    private int width(Row row, int index, int length) {
        int left = length - offsets[index];
        int width = row.type().size();
        if (width == Type.ALL) {
            return left;
        }
        return width <= left ? width : -1;
    }

    @Override
    public String toString() {
        return name;
    }
}
