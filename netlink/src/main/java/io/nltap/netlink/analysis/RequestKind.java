// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

/**
 * All requests of one type.
 *
 * @param protocol such as {@code ROUTE}
 * @param type such as {@code RTM_GETLINK}
 * @param kernel from a request until the first message of its answer: the kernel's time
 * @param reading of dumps, from the first message until the last: the reader's time, mostly
 */
public record RequestKind(
        String protocol,
        String type,
        boolean isDump,
        long requests,
        long failed,
        long unanswered,
        Latencies kernel,
        Latencies reading) {

    String key() {
        return protocol + ' ' + type + (isDump ? " dump" : "");
    }

    RequestKind plus(RequestKind other) {
        return new RequestKind(
                protocol,
                type,
                isDump,
                requests + other.requests,
                failed + other.failed,
                unanswered + other.unanswered,
                kernel.plus(other.kernel),
                reading.plus(other.reading));
    }
}
