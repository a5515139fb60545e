// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import java.util.OptionalLong;

/**
 * A finding and the circumstances of it.
 *
 * @param netns name of the capture file's interface for the namespace
 * @param lastSeenNanos when it was last seen to hang
 * @param endNanos when it ended, if it did
 * @param victims how many hang for the same reason, with this one
 */
public record Hang(
        Finding finding, String netns, Confidence confidence, long lastSeenNanos, OptionalLong endNanos, int victims) {

    /** Nanoseconds that it is known to have lasted. */
    public long lastedNanos() {
        return Math.max(0, endNanos.orElse(lastSeenNanos) - finding.sinceNanos());
    }
}
