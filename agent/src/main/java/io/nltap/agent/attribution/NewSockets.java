// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which sockets of a namespace came since it was looked at first, and were not looked at yet. Used by one thread. */
final class NewSockets {
    private static final Comparator<NetlinkTable.Row> NEWEST_FIRST =
            Comparator.comparingLong(NetlinkTable.Row::inode).reversed();

    private Set<Long> known = new HashSet<>();
    private boolean begun;

    /** @param rows of which none is new, unless it began already */
    void begin(List<NetlinkTable.Row> rows) {
        if (!begun) {
            begun = true;
            known = inodes(rows);
        }
    }

    /**
     * @param rows all that there are now
     * @return new ones, those first that came last: whoever has them may be gone soon
     */
    List<NetlinkTable.Row> among(List<NetlinkTable.Row> rows) {
        begin(rows);
        Set<Long> before = inodes(rows);
        before.retainAll(known);
        known = before;
        return rows.stream()
                .filter(row -> !before.contains(row.inode()))
                .sorted(NEWEST_FIRST)
                .toList();
    }

    void lookedAt(NetlinkTable.Row row) {
        known.add(row.inode());
    }

    private static Set<Long> inodes(List<NetlinkTable.Row> rows) {
        return rows.stream().map(NetlinkTable.Row::inode).collect(Collectors.toCollection(HashSet::new));
    }
}
