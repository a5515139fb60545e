// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

import io.nltap.netlink.author.Party;
import java.util.Optional;

/**
 * A queue of packets for which the kernel waits for a verdict.
 *
 * @param queue its number
 * @param party the process that shall give it
 * @param listener who said how the queue is to be served, if that was seen
 * @param sinceNanos of the last verdict, or of the first packet if there was none since
 * @param packets without a verdict
 */
public record WaitingQueue(
        String netns, int queue, Party party, Optional<Speaker> listener, long sinceNanos, long packets) {}
