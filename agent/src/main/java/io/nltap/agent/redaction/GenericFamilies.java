// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.redaction;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Which family of generic netlink has which number, as far as the kernel was asked: numbers are given when a module is
 * loaded, by all namespaces together, and hardly ever again to another family. The thread that captures asks; others teach.
 */
final class GenericFamilies {

    // include/linux/netlink.h: GENL_MIN_ID; uapi/linux/genetlink.h: GENL_ID_CTRL
    private static final int CONTROLLER = 0x10;
    private static final int NUMBERS = 1 << 16;
    private static final int USUAL_NUMBERS = 128;

    private final AtomicBoolean strangers = new AtomicBoolean();
    private final Runnable onStranger;
    private volatile @Nullable SecretFamily[] byNumber = new SecretFamily[USUAL_NUMBERS];

    GenericFamilies() {
        this(() -> {});
    }

    /** @param onStranger hears, on the thread that captures, of the first number that is nobody's since it was last taken */
    GenericFamilies(Runnable onStranger) {
        this.onStranger = onStranger;
    }

    /** Absent when nobody knows whose number it is; then {@link #takeStrangers} says so once. */
    @Nullable
    SecretFamily find(int number) {
        if (number == CONTROLLER) {
            return SecretFamily.HARMLESS;
        }
        @Nullable SecretFamily[] known = byNumber;
        SecretFamily family = number < known.length ? known[number] : null;
        if (family == null && !strangers.get() && strangers.compareAndSet(false, true)) {
            onStranger.run();
        }
        return family;
    }

    /** Whether numbers have been met since the last call that are nobody's. */
    boolean takeStrangers() {
        return strangers.getAndSet(false);
    }

    /**
     * @param names of families, by number
     * @return whether any of them is new
     */
    synchronized boolean learn(Map<Integer, String> names) {
        boolean news = false;
        @Nullable SecretFamily[] next = byNumber.clone();
        for (Map.Entry<Integer, String> each : names.entrySet()) {
            int number = each.getKey();
            if (number > CONTROLLER && number < NUMBERS) {
                if (number >= next.length) {
                    next = Arrays.copyOf(next, number + USUAL_NUMBERS);
                }
                SecretFamily family = SecretTables.FAMILIES.getOrDefault(each.getValue(), SecretFamily.HARMLESS);
                news |= next[number] != family;
                next[number] = family;
            }
        }
        byNumber = next;
        return news;
    }
}
