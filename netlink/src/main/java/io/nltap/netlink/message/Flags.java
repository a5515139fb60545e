// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.message;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code NLM_F_*} of {@code linux/netlink.h} in words. The bits from 0x100 on mean one thing when something is asked for,
 * another when it is made, and a third when it is deleted; so the message's name decides how they are read.
 */
public final class Flags {
    private static final String[] ALWAYS = {"REQUEST", "MULTI", "ACK", "ECHO", "DUMP_INTR", "DUMP_FILTERED"};

    private static final int FIRST_OF_KIND = 0x100;
    private static final int DUMP = 0x300;

    private enum Kind {
        GET("ROOT", "MATCH", "ATOMIC"),
        NEW("REPLACE", "EXCL", "CREATE", "APPEND"),
        DELETE("NONREC", "BULK"),
        ANSWER("CAPPED", "ACK_TLVS"),
        UNKNOWN();

        private final String[] names;

        Kind(String... names) {
            this.names = names;
        }
    }

    private Flags() {}

    /** Such as {@code REQUEST|DUMP}; {@code -} when none is set. A bit without a name shows as {@code 0x80}. */
    static String names(int flags, String messageName) {
        List<String> names = list(flags, messageName);
        return names.isEmpty() ? "-" : String.join("|", names);
    }

    /**
     * Each flag that is set. A bit without a name is {@code 0x80}.
     *
     * @param flags {@code nlmsg_flags}
     * @param messageName in the kernel's headers
     */
    public static List<String> list(int flags, String messageName) {
        Kind kind = kind(messageName);
        List<String> names = new ArrayList<>();
        int left = take(flags, ALWAYS, 1, names);
        if ((left & DUMP) == DUMP && (kind == Kind.GET || kind == Kind.UNKNOWN)) {
            names.add("DUMP");
            left &= ~DUMP;
        }
        left = take(left, kind.names, FIRST_OF_KIND, names);
        if (left != 0) {
            names.add("0x%x".formatted(left));
        }
        return names;
    }

    private static int take(int flags, String[] table, int first, List<String> names) {
        int left = flags;
        for (int i = 0; i < table.length; i++) {
            int bit = first << i;
            if ((left & bit) != 0) {
                names.add(table[i]);
                left &= ~bit;
            }
        }
        return left;
    }

    private static Kind kind(String name) {
        if (name.startsWith("NLMSG_")) {
            return Kind.ANSWER;
        }
        if (has(name, "_DEL", "_DESTROY", "_REMOVE")) {
            return Kind.DELETE;
        }
        if (has(name, "_GET", "_LIST", "_SAVE", "_BY_FAMILY")) {
            return Kind.GET;
        }
        return has(name, "_NEW", "_SET", "_UPD", "_CREATE", "_ADD") ? Kind.NEW : Kind.UNKNOWN;
    }

    private static boolean has(String name, String... parts) {
        for (String part : parts) {
            if (name.contains(part)) {
                return true;
            }
        }
        return false;
    }
}
