// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.decode;

import io.nltap.netlink.message.MessageType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads table files. A line that is not indented begins a table, indented ones are its rows; {@code #} and what follows it
 * is a comment.
 *
 * <pre>
 *   enum scope                              numbers with one name each
 *     253 link
 *   flags link-flags                        bits with a name each
 *     0x1 UP
 *   struct rtmsg                            NAME TYPE; pad N
 *     rtm_family u8 enum address-family
 *   nest route                              NUMBER NAME TYPE; NUMBER NAME pad is passed over when it is empty;
 *                                           use NEST takes over the rows of another
 *     1 RTA_DST address
 *   choice link-data                        VALUE TYPE; * TYPE for all others
 *     vlan nest vlan
 *   message RTM_NEWROUTE RTM_DELROUTE       what these messages hold: all: TYPE, or request: TYPE and reply: TYPE
 *     all: struct rtmsg nest route
 *   protocol 10                             what each message of a protocol holds
 *     all: struct fib_result_nl
 *   family ethtool                          of generic netlink; a number after the name if it never changes
 *     all: 1 NAME TYPE                      or request: and reply: where they differ
 * </pre>
 *
 * <p>Types: {@link TypeParser}.
 */
final class TableParser {
    private final TableNames names = new TableNames();
    private Optional<RowParser> rows = Optional.empty();
    private String file = "";
    private int line;

    private TableParser() {}

    static Tables parse(Map<String, String> files) {
        TableParser parser = new TableParser();
        files.forEach(parser::readFile);
        return parser.names.tables();
    }

    /** Takes the rows of one table. */
    private interface RowParser {
        void row(Tokens tokens);
    }

    private void readFile(String name, String text) {
        file = name;
        line = 0;
        rows = Optional.empty();
        for (String each : text.split("\n", -1)) {
            line++;
            String content = withoutComment(each);
            if (content.isBlank()) {
                continue;
            }
            Tokens tokens = new Tokens(file, line, content);
            if (content.charAt(0) == ' ') {
                rows.orElseThrow(() -> new TableException(file, line, "a row stands before any table"))
                        .row(tokens);
            } else {
                rows = Optional.of(table(tokens));
            }
            tokens.expectEnd();
        }
    }

    private static String withoutComment(String text) {
        int comment = text.indexOf('#');
        return (comment < 0 ? text : text.substring(0, comment)).stripTrailing();
    }

    private RowParser table(Tokens tokens) {
        String kind = tokens.word("what table");
        return switch (kind) {
            case "enum" -> enumTable(tokens);
            case "flags" -> flagsTable(tokens);
            case "struct" -> structTable(tokens);
            case "nest" -> nestTable(tokens);
            case "choice" -> choiceTable(tokens);
            case "message" -> messages(tokens);
            case "protocol" -> protocol(tokens);
            case "family" -> family(tokens);
            default -> throw tokens.wrong("no table is a '%s'".formatted(kind));
        };
    }

    private RowParser enumTable(Tokens head) {
        Meaning.Names table = names.define(names.enums(), head);
        return row -> {
            long number = row.number();
            boolean isNew = table.add(number, row.word("a name"));
            check(row, isNew, () -> "%d has a name already".formatted(number));
        };
    }

    private RowParser flagsTable(Tokens head) {
        Meaning.Bits table = names.define(names.flags(), head);
        return row -> {
            long mask = row.number();
            boolean isNew = table.add(mask, row.word("a name"));
            check(row, isNew, () -> "0x%x has a name already".formatted(mask));
        };
    }

    private RowParser structTable(Tokens head) {
        StructTable table = names.define(names.structs(), head);
        return row -> {
            String field = row.word("a field");
            if (field.equals("pad")) {
                table.addPadding((int) row.number());
                return;
            }
            check(row, table.isNew(field), () -> "%s is there already".formatted(field));
            table.add(field, type(row));
        };
    }

    private RowParser nestTable(Tokens head) {
        Nest table = names.define(names.nests(), head);
        return row -> {
            if (row.take("use")) {
                names.use(table, names.refer(names.nests(), row));
                return;
            }
            int number = (int) row.number();
            String name = row.word("a name");
            if (row.take("pad")) {
                table.addPadding(number);
                return;
            }
            Nest.Row attribute = new Nest.Row(number, name, type(row));
            check(row, table.add(attribute), () -> "%d or %s is there already".formatted(number, name));
        };
    }

    private RowParser choiceTable(Tokens head) {
        CompositeType.Choice table = names.define(names.choices(), head);
        return row -> {
            String key = row.word("a value");
            Type type = type(row);
            check(
                    row,
                    key.equals("*") ? table.addOtherwise(type) : table.add(key, type),
                    () -> "%s is there already".formatted(key));
        };
    }

    private RowParser messages(Tokens head) {
        List<Integer> keys = new ArrayList<>();
        while (head.hasNext()) {
            String name = head.word("a message");
            MessageType type =
                    MessageType.named(name).orElseThrow(() -> head.wrong("no message is called %s".formatted(name)));
            keys.add(Tables.key(type.protocol(), type.type()));
        }
        return row -> {
            String direction = row.word("all:, request: or reply:");
            Type type = type(row);
            for (int key : keys) {
                switch (direction) {
                    case "all:" -> names.message(key, type, type, row);
                    case "request:" -> names.request(key, type, row);
                    case "reply:" -> names.reply(key, type, row);
                    default -> throw row.wrong("'%s' is none of all:, request:, reply:".formatted(direction));
                }
            }
        };
    }

    private RowParser protocol(Tokens head) {
        int protocol = (int) head.number();
        return row -> {
            check(row, row.take("all:"), () -> "what a protocol's messages hold begins with all:");
            names.protocol(protocol, type(row), row);
        };
    }

    private RowParser family(Tokens head) {
        Family family = names.family(head);
        return row -> {
            String direction = row.word("all:, request: or reply:");
            int number = (int) row.number();
            Family.Command command = new Family.Command(row.word("a name"), type(row));
            boolean isNew = switch (direction) {
                case "all:" -> family.addRequest(number, command) & family.addReply(number, command);
                case "request:" -> family.addRequest(number, command);
                case "reply:" -> family.addReply(number, command);
                default -> throw row.wrong("'%s' is none of all:, request:, reply:".formatted(direction));
            };
            check(row, isNew, () -> "command %d is there already".formatted(number));
        };
    }

    private Type type(Tokens row) {
        return new TypeParser(names, row).type();
    }

    private static void check(Tokens row, boolean holds, Supplier<String> problem) {
        if (!holds) {
            throw row.wrong(problem.get());
        }
    }
}
