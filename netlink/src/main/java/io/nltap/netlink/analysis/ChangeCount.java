// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

/**
 * How many changes of one kind of object there were.
 *
 * @param kind such as {@code route}
 */
public record ChangeCount(String kind, long added, long changed, long removed) {
    ChangeCount plus(ChangeCount other) {
        return new ChangeCount(kind, added + other.added, changed + other.changed, removed + other.removed);
    }
}
