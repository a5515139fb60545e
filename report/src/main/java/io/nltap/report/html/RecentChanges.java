// SPDX-License-Identifier: Apache-2.0
package io.nltap.report.html;

import io.nltap.netlink.change.Change;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/** The latest changes of a capture, however many there are and in whatever order they come; the others are counted. */
public final class RecentChanges implements Consumer<Change> {
    /** How many are kept. */
    public static final int MAX = 1_000;

    private final PriorityQueue<Change> latest = new PriorityQueue<>(Comparator.comparing(Change::timeNanos));
    private long leftOut;

    @Override
    public void accept(Change change) {
        latest.add(change);
        if (latest.size() > MAX) {
            latest.remove();
            leftOut++;
        }
    }

    /** The earliest first. */
    List<Change> list() {
        return latest.stream()
                .sorted(Comparator.comparing(Change::timeNanos).thenComparing(Change::object))
                .toList();
    }

    /** How many older ones there were. */
    long leftOut() {
        return leftOut;
    }
}
