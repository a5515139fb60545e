// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

/**
 * Something of which the analysis kept only so many.
 *
 * @param what such as {@code talkers}
 * @param count how many fell out
 */
public record Omission(String what, long count) {
    Omission plus(Omission other) {
        return new Omission(what, count + other.count);
    }
}
