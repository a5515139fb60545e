// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

import io.nltap.netlink.author.Party;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Packets that the kernel has given to a process by {@code nfnetlink_queue}, and of which it waits to hear what shall become
 * of them: {@code linux/netfilter/nfnetlink_queue.h}.
 */
final class VerdictQueues {
    private static final int MAX_QUEUES = 4096;

    private record Key(String netns, int queue) {}

    private static final class Queue {
        private Party party = Party.UNKNOWN;
        private Optional<Speaker> listener = Optional.empty();
        private long oldestNanos;
        private long count;
    }

    private final Map<Key, Queue> queues = new LinkedHashMap<>();

    /** Somebody says how a queue is to be served: by him. What was given to another one before is not waited for any more. */
    void configured(String netns, int queue, Speaker listener) {
        Queue at = at(netns, queue);
        if (at != null && at.listener.filter(each -> each == listener).isEmpty()) {
            at.listener = Optional.of(listener);
            at.count = 0;
        }
    }

    private @Nullable Queue at(String netns, int queue) {
        Key key = new Key(netns, queue);
        Queue at = queues.get(key);
        if (at == null && queues.size() < MAX_QUEUES) {
            at = new Queue();
            queues.put(key, at);
        }
        return at;
    }

    /** @param queue {@code nfgenmsg.res_id} */
    void packet(String netns, int queue, Party receiver, long nanos) {
        Queue at = at(netns, queue);
        if (at == null) {
            return;
        }
        if (at.count++ == 0) {
            at.oldestNanos = nanos;
        }
        at.party = receiver;
    }

    /** One verdict, or one on all that came until then. Which of them does not matter: only that it is alive. */
    void verdict(String netns, int queue, boolean isOfAll, long nanos) {
        Queue at = queues.get(new Key(netns, queue));
        if (at != null && at.count > 0) {
            at.count = isOfAll ? 0 : at.count - 1;
            at.oldestNanos = nanos; // no later than this: the oldest of the rest came before
        }
    }

    List<WaitingQueue> waiting() {
        List<WaitingQueue> waiting = new ArrayList<>();
        queues.forEach((key, queue) -> {
            if (queue.count > 0) {
                waiting.add(new WaitingQueue(
                        key.netns(), key.queue(), queue.party, queue.listener, queue.oldestNanos, queue.count));
            }
        });
        return waiting;
    }
}
