// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.author.Party;

/**
 * Requests that failed alike.
 *
 * @param error such as {@code ENODEV}
 * @param errno its number, greater than 0
 * @param explanation what the kernel says about it (extended acknowledgement); empty when it says nothing
 * @param who sent the first of them
 */
public record Failure(
        String protocol,
        String type,
        String error,
        int errno,
        String explanation,
        Party who,
        long count,
        long firstNanos,
        long lastNanos) {

    String key() {
        return protocol + ' ' + type + ' ' + errno + ' ' + who.comm().orElse("?") + ' ' + explanation;
    }

    Failure plus(Failure other) {
        return new Failure(
                protocol,
                type,
                error,
                errno,
                explanation,
                firstNanos <= other.firstNanos ? who : other.who,
                count + other.count,
                Math.min(firstNanos, other.firstNanos),
                Math.max(lastNanos, other.lastNanos));
    }
}
