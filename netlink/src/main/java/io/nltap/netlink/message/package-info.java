// SPDX-License-Identifier: Apache-2.0
/**
 * Netlink datagrams as messages: walks the {@code nlmsghdr}s of hostile bytes, counts them, and says in one line what
 * each is. Knows nothing of capture files. Names come from tables; what a table does not have is shown as a number.
 *
 * <p>Sources: {@code linux/netlink.h}, {@code linux/rtnetlink.h} and the other headers named at each table; RFC 3549.
 */
@NullMarked
package io.nltap.netlink.message;

import org.jspecify.annotations.NullMarked;
