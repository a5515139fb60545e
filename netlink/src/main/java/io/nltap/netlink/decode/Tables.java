// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.Map;
import java.util.Optional;

/**
 * All that is known of what messages hold: made once from the table files, then never changed, and used by any number of
 * {@link Decoder}s in any number of threads.
 */
public final class Tables {
    private static final int TYPE_BITS = 16;

    /** What a message holds, asked and answered. */
    record Bodies(Type request, Type reply) {
        Type of(boolean isRequest) {
            return isRequest ? request : reply;
        }
    }

    private final Map<Integer, Bodies> messages;
    private final Map<Integer, Type> protocols;
    private final Map<String, Family> families;
    private final Map<Integer, String> fixedFamilies;
    private final Map<String, Nest> nests;
    private final SecretTypes secretTypes = new SecretTypes();

    Tables(
            Map<Integer, Bodies> messages,
            Map<Integer, Type> protocols,
            Map<String, Family> families,
            Map<Integer, String> fixedFamilies,
            Map<String, Nest> nests) {
        this.messages = Map.copyOf(messages);
        this.protocols = Map.copyOf(protocols);
        this.families = Map.copyOf(families);
        this.fixedFamilies = Map.copyOf(fixedFamilies);
        this.nests = Map.copyOf(nests);
        messages.values().forEach(bodies -> {
            secretTypes.add(bodies.request());
            secretTypes.add(bodies.reply());
        });
        families.values().forEach(family -> family.commands().forEach(command -> secretTypes.add(command.body())));
    }

    /** Those that come with this library; read at the first use. */
    public static Tables builtIn() {
        return BuiltIn.TABLES;
    }

    /**
     * @param files their names, for messages, and what is in them; names that one defines may be used in any
     * @throws TableException when they make no sense
     */
    public static Tables parse(Map<String, String> files) {
        return TableParser.parse(files);
    }

    static int key(int protocol, int type) {
        return protocol << TYPE_BITS | type;
    }

    Optional<Type> body(int protocol, int type, boolean isRequest) {
        return Optional.ofNullable(messages.get(key(protocol, type)))
                .map(bodies -> bodies.of(isRequest))
                .or(() -> Optional.ofNullable(protocols.get(protocol)));
    }

    Optional<Family> family(String name) {
        return Optional.ofNullable(families.get(name));
    }

    /** Families whose number never changes. */
    Map<Integer, String> fixedFamilies() {
        return fixedFamilies;
    }

    Optional<Nest> nest(String name) {
        return Optional.ofNullable(nests.get(name));
    }

    boolean mayHoldSecrets(Type body) {
        return secretTypes.has(body);
    }

    private static final class BuiltIn {
        private static final Tables TABLES = parse(TableFiles.builtIn());
    }
}
