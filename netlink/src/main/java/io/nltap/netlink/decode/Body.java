// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.ArrayList;
import java.util.List;

/** What follows the {@code nlmsghdr}. */
record Body(List<Field> fields, List<Attribute> attributes) {
    static final Body EMPTY = new Body(List.of(), List.of());

    static Body raw(Reading reading, int offset, int length) {
        return length == 0
                ? EMPTY
                : new Body(List.of(new Field("payload", offset, length, reading.raw(offset, length))), List.of());
    }

    /** @param value of so many bytes */
    static Body of(Value value, int offset, int length) {
        if (value instanceof Value.Struct struct) {
            return new Body(struct.fields(), struct.attributes());
        }
        if (value instanceof Value.Nested nested) {
            return new Body(List.of(), nested.attributes());
        }
        return length == 0 ? EMPTY : new Body(List.of(new Field("payload", offset, length, value)), List.of());
    }

    /** The same after some other fields. */
    Body after(List<Field> first) {
        List<Field> all = new ArrayList<>(first);
        all.addAll(fields);
        return new Body(all, attributes);
    }
}
