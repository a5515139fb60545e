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

    /** Sockets of nltap's own. */
    private final int[][] own = new int[PROTOCOLS][Integer.SIZE + 1];

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

    /**
     * One more socket of nltap's.
     *
     * @param groups a bit for each, from group 1 on
     */
    void addOwn(int protocol, int groups) {
        if (protocol >= 0 && protocol < PROTOCOLS) {
            for (int group = 1; group <= Integer.SIZE; group++) {
                own[protocol][group] += groups >>> (group - 1) & 1;
            }
        }
    }

    int ownSockets(int protocol, int group) {
        boolean isThere = protocol >= 0 && protocol < PROTOCOLS && group >= 0 && group <= Integer.SIZE;
        return isThere ? own[protocol][group] : 0;
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
        return other instanceof ListenerSheet that
                && Arrays.deepEquals(sheet, that.sheet)
                && Arrays.deepEquals(own, that.own);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.deepHashCode(sheet) + Arrays.deepHashCode(own);
    }
}
