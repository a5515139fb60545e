// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.metrics.AgentCounter;
import io.nltap.agent.metrics.AgentCounters;
import io.nltap.agent.spool.Spool;
import io.nltap.agent.spool.SpoolSession;
import io.nltap.api.v1alpha1.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Segments that the gateway refused for good: kept for {@link #KEPT}, so that an administrator can still fetch them from
 * the node, and less long when they take more than half of the spool.
 */
public final class RefusedSegments {
    static final Duration KEPT = Duration.ofDays(1);

    private static final Logger LOG = LoggerFactory.getLogger(RefusedSegments.class);

    private final Spool spool;
    private final Clock clock;
    private final AgentCounters counters;
    private final Queue<Kept> kept = new PriorityQueue<>(Comparator.comparing(Kept::since));

    private record Kept(SpoolSession session, Instant since) {}

    public RefusedSegments(Spool spool, Clock clock, AgentCounters counters) {
        this.spool = spool;
        this.clock = clock;
        this.counters = counters;
    }

    synchronized void keep(SpoolSession session) {
        Instant since = lastChange(session);
        kept.add(new Kept(session, since));
        LOG.atWarn()
                .addKeyValue("directory", session.directory())
                .addKeyValue("until", since.plus(KEPT))
                .log("refused segments are kept");
        expire();
    }

    /** Deletes what has been kept long enough. To be called now and then. */
    public synchronized void expire() {
        Instant now = clock.instant();
        Kept oldest = kept.peek();
        while (oldest != null && (oldest.since().plus(KEPT).isBefore(now) || takeTooMuch())) {
            kept.remove();
            discard(oldest.session());
            oldest = kept.peek();
        }
    }

    private boolean takeTooMuch() {
        long held = kept.stream().mapToLong(each -> each.session().heldBytes()).sum();
        return held > spool.maxBytes() / 2;
    }

    private void discard(SpoolSession session) {
        try {
            List<Segment> given = session.discard();
            counters.add(AgentCounter.SEGMENTS_DISCARDED, given.size());
            LOG.atWarn()
                    .addKeyValue("capture", session.order().capture())
                    .addKeyValue("segments", given.stream().map(Segment::number).toList())
                    .log("refused segments deleted");
        } catch (IOException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("directory", session.directory())
                    .log("refused segments cannot be deleted");
        }
    }

    /** Over restarts of the agent, too: the directory changes with every file that comes or goes. */
    private Instant lastChange(SpoolSession session) {
        try {
            return Files.getLastModifiedTime(session.directory()).toInstant();
        } catch (IOException e) {
            return clock.instant();
        }
    }
}
