// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The processes that ended lately, for as long as frames of theirs may still come: a bounded number, newest last. */
final class EndedProcesses {

    private final int remembered;
    private final Deque<EndedProcess> order = new ArrayDeque<>();
    private final Map<Integer, EndedProcess> byPid = new HashMap<>();

    private long completeSince;

    /** @param nanos now; what ended before is not known */
    EndedProcesses(int remembered, long nanos) {
        this.remembered = remembered;
        this.completeSince = nanos;
    }

    synchronized void add(EndedProcess process) {
        order.addLast(process);
        byPid.put(process.pid(), process);
        if (order.size() > remembered) {
            EndedProcess oldest = order.removeFirst();
            byPid.remove(oldest.pid(), oldest);
        }
    }

    /** Reports were lost: what ended before may not be in here. */
    synchronized void missed(long nanos) {
        completeSince = nanos;
    }

    /** Whether every process that ended after a moment, and until now, is in here. */
    synchronized boolean isCompleteSince(long nanos) {
        return nanos - completeSince >= 0
                && (order.size() < remembered || nanos - order.getFirst().endNanos() >= 0);
    }

    /** The last one that had this id. */
    synchronized Optional<EndedProcess> last(int pid) {
        return Optional.ofNullable(byPid.get(pid));
    }

    /** Those that lived at a moment, newest first. */
    synchronized List<EndedProcess> at(long nanos, long slackNanos) {
        List<EndedProcess> found = new ArrayList<>();
        var newestFirst = order.descendingIterator();
        while (newestFirst.hasNext()) {
            EndedProcess each = newestFirst.next();
            // Reports come in the order of the ends.
            if (each.endNanos() + slackNanos - nanos < 0) {
                break;
            }
            if (each.startNanos() - slackNanos - nanos <= 0) {
                found.add(each);
            }
        }
        return found;
    }
}
