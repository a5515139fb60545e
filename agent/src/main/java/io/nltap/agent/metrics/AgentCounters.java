// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The agent's counters: added to from any thread, and cheap there; a reading is not one instant for all of them. */
public final class AgentCounters {
    private final Map<AgentCounter, LongAdder> adders = new EnumMap<>(AgentCounter.class);

    public AgentCounters() {
        for (AgentCounter counter : AgentCounter.values()) {
            adders.put(counter, new LongAdder());
        }
    }

    public void increment(AgentCounter counter) {
        add(counter, 1);
    }

    public void add(AgentCounter counter, long amount) {
        adder(counter).add(amount);
    }

    public long get(AgentCounter counter) {
        return adder(counter).sum();
    }

    /** What has been counted at all, in the order of the enum. */
    public Map<AgentCounter, Long> nonZero() {
        Map<AgentCounter, Long> values = new EnumMap<>(AgentCounter.class);
        adders.forEach((counter, adder) -> {
            long sum = adder.sum();
            if (sum != 0) {
                values.put(counter, sum);
            }
        });
        return values;
    }

    private LongAdder adder(AgentCounter counter) {
        LongAdder adder = adders.get(counter);
        if (adder == null) {
            throw new IllegalStateException("the constructor makes an adder for every counter, but not for " + counter);
        }
        return adder;
    }
}
