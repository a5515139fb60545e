// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tables by their names while the files are read. One may be referred to before it is defined, once. */
final class TableNames {
    /** Tables of one kind. */
    static final class Kind<T> {
        private final String name;
        private final Function<String, T> maker;
        private final Map<String, T> tables = new HashMap<>();
        private final Set<String> defined = new HashSet<>();
        private final Map<String, Tokens> referred = new LinkedHashMap<>();

        private Kind(String name, Function<String, T> maker) {
            this.name = name;
            this.maker = maker;
        }

        private T table(String table) {
            return tables.computeIfAbsent(table, maker);
        }

        private void check() {
            referred.forEach((table, where) -> {
                if (!defined.contains(table)) {
                    throw where.wrong("no %s is called '%s'".formatted(name, table));
                }
            });
        }
    }

    private final Kind<Meaning.Names> enums = new Kind<>("enum", name -> new Meaning.Names());
    private final Kind<Meaning.Bits> flags = new Kind<>("flags", name -> new Meaning.Bits());
    private final Kind<StructTable> structs = new Kind<>("struct", StructTable::new);
    private final Kind<Nest> nests = new Kind<>("nest", Nest::new);
    private final Kind<CompositeType.Choice> choices = new Kind<>("choice", CompositeType.Choice::new);
    private final Map<Nest, Nest> uses = new LinkedHashMap<>();
    private final Map<Integer, Type> requests = new HashMap<>();
    private final Map<Integer, Type> replies = new HashMap<>();
    private final Map<Integer, Type> protocols = new HashMap<>();
    private final Map<String, Family> families = new HashMap<>();
    private final Map<Integer, String> fixedFamilies = new HashMap<>();

    Kind<Meaning.Names> enums() {
        return enums;
    }

    Kind<Meaning.Bits> flags() {
        return flags;
    }

    Kind<StructTable> structs() {
        return structs;
    }

    Kind<Nest> nests() {
        return nests;
    }

    Kind<CompositeType.Choice> choices() {
        return choices;
    }

    <T> T define(Kind<T> kind, Tokens head) {
        String name = head.word("its name");
        if (!kind.defined.add(name)) {
            throw head.wrong("there is a %s '%s' already".formatted(kind.name, name));
        }
        return kind.table(name);
    }

    <T> T refer(Kind<T> kind, Tokens row) {
        String name = row.word("the name of a " + kind.name);
        kind.referred.putIfAbsent(name, row);
        return kind.table(name);
    }

    void use(Nest table, Nest used) {
        uses.put(table, used);
    }

    void message(int key, Type request, Type reply, Tokens row) {
        request(key, request, row);
        reply(key, reply, row);
    }

    void request(int key, Type type, Tokens row) {
        checkNew(requests.putIfAbsent(key, type), row);
    }

    void reply(int key, Type type, Tokens row) {
        checkNew(replies.putIfAbsent(key, type), row);
    }

    void protocol(int protocol, Type type, Tokens row) {
        checkNew(protocols.putIfAbsent(protocol, type), row);
    }

    private static void checkNew(@Nullable Type before, Tokens row) {
        if (before != null) {
            throw row.wrong("what this message holds is told already");
        }
    }

    Family family(Tokens head) {
        String name = head.word("its name");
        Family family = new Family(name);
        if (families.putIfAbsent(name, family) != null) {
            throw head.wrong("there is a family '%s' already".formatted(name));
        }
        if (head.hasNumber()) {
            fixedFamilies.put((int) head.number(), name);
        }
        return family;
    }

    Tables tables() {
        enums.check();
        flags.check();
        structs.check();
        nests.check();
        choices.check();
        uses.forEach(Nest::addAllOf);
        new StructLayouts(structs.tables).layOutAll();
        Map<Integer, Tables.Bodies> messages = new HashMap<>();
        Type nothing = new PlainType.Raw(Type.ALL);
        requests.forEach((key, type) -> messages.put(key, new Tables.Bodies(type, replies.getOrDefault(key, nothing))));
        replies.forEach((key, type) -> messages.putIfAbsent(key, new Tables.Bodies(nothing, type)));
        return new Tables(messages, protocols, families, fixedFamilies, nests.tables);
    }
}
