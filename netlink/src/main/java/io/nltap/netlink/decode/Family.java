// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A family of generic netlink: its commands. Many have the same numbers for what is asked and what is answered. */
final class Family {
    /** What a command is called, and what its message holds. */
    record Command(String name, Type body) {}

    private final String name;
    private final Map<Integer, Command> requests = new HashMap<>();
    private final Map<Integer, Command> replies = new HashMap<>();

    Family(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** @return false when there is one already */
    boolean addRequest(int number, Command command) {
        return requests.putIfAbsent(number, command) == null;
    }

    boolean addReply(int number, Command command) {
        return replies.putIfAbsent(number, command) == null;
    }

    Optional<Command> command(int number, boolean isRequest) {
        return Optional.ofNullable((isRequest ? requests : replies).get(number));
    }

    List<Command> commands() {
        List<Command> all = new ArrayList<>(requests.values());
        all.addAll(replies.values());
        return all;
    }
}
