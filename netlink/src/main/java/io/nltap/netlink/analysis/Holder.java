// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import java.util.List;
import java.util.Optional;

/**
 * Who holds the lock that others wait for.
 *
 * @param task such as {@code ethtool[4711]}: name and thread id, in the first PID namespace
 * @param pod {@code namespace/name}
 * @param stack functions of its kernel stack, the innermost first
 */
public record Holder(String task, Optional<String> pod, List<String> stack) {
    public Holder {
        stack = List.copyOf(stack);
    }
}
