// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.message;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** A table of numbers and their names in the kernel's headers. Number that is not in it keeps its number. */
final class Names {
    private final Map<Long, String> names = new HashMap<>();
    private final String otherwise;

    private Names(String otherwise) {
        this.otherwise = otherwise;
    }

    /** @param format for a number without a name, such as {@code type %d} */
    static Names otherwise(String format) {
        return new Names(format);
    }

    Names with(long number, String name) {
        names.put(number, name);
        return this;
    }

    /** Gives names to consecutive numbers; as an enum of C does. */
    Names from(long first, String... consecutive) {
        for (int i = 0; i < consecutive.length; i++) {
            names.put(first + i, consecutive[i]);
        }
        return this;
    }

    /** The kinds of messages of {@code linux/rtnetlink.h} come in fours, not all of which exist. */
    Names family(long first, String object, String... verbs) {
        for (String verb : verbs) {
            names.put(first + RTM_VERBS.indexOf(verb) / 3, "RTM_" + verb + object);
        }
        return this;
    }

    String of(long number) {
        String name = names.get(number);
        return name == null ? otherwise.formatted(number) : name;
    }

    /** In no order. */
    void forEach(BiConsumer<Integer, String> each) {
        names.forEach((number, name) -> each.accept(number.intValue(), name));
    }

    private static final String RTM_VERBS = "NEWDELGETSET";
}
