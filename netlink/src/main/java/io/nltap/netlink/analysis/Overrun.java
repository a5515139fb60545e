// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.author.Party;

/**
 * A socket that lost messages because its receive buffer was full.
 *
 * @param protocol such as {@code ROUTE}
 * @param portId unsigned
 * @param lost messages, while it was watched
 * @param sinceNanos when the first loss was noticed
 */
public record Overrun(String netns, String protocol, long portId, long inode, Party who, long lost, long sinceNanos) {}
