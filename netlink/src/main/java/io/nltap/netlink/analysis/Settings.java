// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

/**
 * @param slowNanos requests that take the kernel longer are slow
 * @param hungNanos what is open for longer, or has stood still for longer, may hang
 */
public record Settings(long slowNanos, long hungNanos) {
    public static final Settings USUAL = new Settings(500_000_000L, 5_000_000_000L);

    public Settings {
        if (slowNanos <= 0 || hungNanos <= 0) {
            throw new IllegalArgumentException("durations must be greater than 0");
        }
    }
}
