// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Author;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who listens to which group, at one moment. Looked at for frames: makes no object. Filled once, then read by any thread. */
final class ListenerSheet {
    static final ListenerSheet NOBODY = new ListenerSheet();

    /** {@code MAX_LINKS} of linux/netlink.h. */
    private static final int PROTOCOLS = 32;

    private final List<Author.Process>[][] sheet = sheet();

    @SuppressWarnings({"unchecked", "rawtypes"}) // there are no arrays of generic types
    private static List<Author.Process>[][] sheet() {
        return new List[PROTOCOLS][0];
    }

    void put(int protocol, int group, List<Author.Process> who) {
        if (protocol >= 0 && protocol < PROTOCOLS) {
            if (sheet[protocol].length <= group) {
                sheet[protocol] = Arrays.copyOf(sheet[protocol], group + 1);
            }
            sheet[protocol][group] = who;
        }
    }

    List<Author.Process> of(int protocol, int group) {
        if (protocol < 0 || protocol >= PROTOCOLS || group < 0 || group >= sheet[protocol].length) {
            return List.of();
        }
        List<Author.Process> who = sheet[protocol][group];
        return who == null ? List.of() : who;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ListenerSheet that && Arrays.deepEquals(sheet, that.sheet);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(sheet);
    }
}
