// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator.gateway;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers for a few seconds what the API server has said yes to, so that the many requests of an upload do not each
 * ask it again. What is not remembered is asked: a no is never remembered, a failure neither.
 */
final class RecentAnswers<Q, A> {
    static final Duration AGE = Duration.ofSeconds(10);
    static final int MOST = 1000;

    private record Kept<A>(A answer, Instant until) {}

    private final Clock clock;
    private final Map<Q, Kept<A>> kept = new LinkedHashMap<>();

    RecentAnswers(Clock clock) {
        this.clock = clock;
    }

    synchronized Optional<A> find(Q question) {
        Kept<A> found = kept.get(question);
        if (found == null) {
            return Optional.empty();
        }
        if (clock.instant().isBefore(found.until())) {
            return Optional.of(found.answer());
        }
        kept.remove(question);
        return Optional.empty();
    }

    synchronized void keep(Q question, A answer) {
        kept.remove(question); // so that it becomes the youngest
        kept.put(question, new Kept<>(answer, clock.instant().plus(AGE)));
        if (kept.size() > MOST) {
            Iterator<Q> eldest = kept.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }
}
