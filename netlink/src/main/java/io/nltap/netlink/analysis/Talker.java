// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.author.Party;

/**
 * What one process did.
 *
 * @param requests that it sent
 * @param messages that it sent, or got as answers
 * @param bytes of those
 * @param kernelNanos what its answered requests took the kernel, together
 */
public record Talker(
        String netns,
        Party who,
        long requests,
        long failed,
        long unanswered,
        long messages,
        long bytes,
        long kernelNanos,
        long slowestNanos) {

    String key() {
        return netns
                + ' '
                + who.pid().orElse(-1)
                + ' '
                + who.comm().orElse("")
                + ' '
                + who.pod().orElse("");
    }

    Talker plus(Talker other) {
        return new Talker(
                netns,
                who,
                requests + other.requests,
                failed + other.failed,
                unanswered + other.unanswered,
                messages + other.messages,
                bytes + other.bytes,
                kernelNanos + other.kernelNanos,
                Math.max(slowestNanos, other.slowestNanos));
    }
}
