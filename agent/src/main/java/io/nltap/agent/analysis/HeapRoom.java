// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.analysis;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Says when the heap is about to be too small: when the last collection of a pool has left it mostly full. What has become
 * garbage since does not count. For the serial collector, which the agent's image has: one that collects the old generation
 * bit by bit may tell too late.
 */
public final class HeapRoom implements BooleanSupplier {
    private static final double MOST = 0.75;

    private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP && pool.isCollectionUsageThresholdSupported())
            .toList();
    private long reactedTo = -1;

    /** Whether somebody has to give up something. After that, not again until it has been seen whether that was enough. */
    @Override
    public synchronized boolean getAsBoolean() {
        long now = collections();
        if (now == reactedTo || !isShort()) {
            return false;
        }
        reactedTo = now;
        return true;
    }

    private long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(collector -> pools.stream()
                        .filter(HeapRoom::isLarge)
                        .anyMatch(
                                pool -> List.of(collector.getMemoryPoolNames()).contains(pool.getName())))
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    private boolean isShort() {
        for (MemoryPoolMXBean pool : pools) {
            MemoryUsage left = pool.getCollectionUsage();
            if (isLarge(pool) && left != null && left.getUsed() > MOST * left.getMax()) {
                return true;
            }
        }
        return false;
    }

    /** The young generation never fills up by itself: the old one is what counts. */
    private static boolean isLarge(MemoryPoolMXBean pool) {
        return pool.getUsage().getMax() > Runtime.getRuntime().maxMemory() / 2;
    }
}
