// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Matter;

/**
 * A request that took the kernel long.
 *
 * @param atNanos when it was sent
 * @param kernelNanos until the first message of its answer
 * @param readingNanos from there until the last
 * @param outcome {@code OK}, or the error's name
 */
public record SlowRequest(
        long atNanos,
        String netns,
        Party who,
        Matter what,
        boolean isDump,
        long kernelNanos,
        long readingNanos,
        String outcome) {}
