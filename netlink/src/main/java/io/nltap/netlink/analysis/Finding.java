// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Matter;
import java.util.List;
import java.util.Optional;

/**
 * A hang, and why.
 *
 * @param sinceNanos since when, nanoseconds since the epoch
 * @param who hangs; for C14 and D, who keeps others waiting
 * @param why what was seen that shows it, a sentence each
 * @param holder of the lock, for {@link HangClass#isLockWait lock waits}; empty if it was not seen, and otherwise
 */
public record Finding(
        HangClass hangClass, long sinceNanos, Party who, Matter what, List<String> why, Optional<Holder> holder) {
    public Finding {
        why = List.copyOf(why);
    }
}
