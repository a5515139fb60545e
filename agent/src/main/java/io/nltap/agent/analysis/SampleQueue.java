// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.analysis;

import io.nltap.netlink.evidence.EvidenceSample;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Samples that wait until the packets before them have been read; bounded by what is in them. For any thread. */
final class SampleQueue {
    private static final long LARGEST = 120_000;
    private static final long WEIGHT_OF_TASK = 8; // a stack has many names

    private final Queue<EvidenceSample> samples = new ArrayDeque<>();
    private long weight;
    private long omitted;

    /** When the first of them is from; asked for each packet. */
    private volatile long firstNanos = Long.MAX_VALUE;

    synchronized void add(EvidenceSample sample) {
        long more = weight(sample);
        if (weight + more > LARGEST) {
            omitted++;
            return;
        }
        weight += more;
        samples.add(sample);
        noteFirst();
    }

    private void noteFirst() {
        EvidenceSample first = samples.peek();
        firstNanos = first == null ? Long.MAX_VALUE : first.timeNanos();
    }

    /** The next one that is not later. */
    @Nullable
    EvidenceSample next(long nanos) {
        return firstNanos > nanos ? null : takeNext();
    }

    private synchronized @Nullable EvidenceSample takeNext() {
        EvidenceSample first = samples.poll();
        weight -= first == null ? 0 : weight(first);
        noteFirst();
        return first;
    }

    synchronized void clear() {
        samples.clear();
        weight = 0;
        noteFirst();
    }

    /** For which there was no room. */
    synchronized long omitted() {
        return omitted;
    }

    private static long weight(EvidenceSample sample) {
        return 1
                + sample.sockets().size()
                + sample.holders().size()
                + WEIGHT_OF_TASK * sample.tasks().size();
    }
}
