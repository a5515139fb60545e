// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.witness;

import java.time.Duration;

/** How many times slower than others the machine is that runs this: {@code -Dnltap.test.slowness}, set where it is emulated. */
public final class Slowness {
    private static final int FACTOR = Integer.getInteger("nltap.test.slowness", 1);

    private Slowness() {}

    /** How long to wait here for what takes at most so long elsewhere. */
    public static Duration allow(Duration elsewhere) {
        return elsewhere.multipliedBy(FACTOR);
    }
}
