// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

import io.nltap.netlink.author.Party;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * One message of a notification.
 *
 * @param netns name of the capture file's interface for the namespace
 * @param group multicast group; 0 when the file does not tell
 * @param cause who caused it, as far as the file tells
 * @param isCauseSure whether that was seen, rather than concluded
 * @param request the dialog during which it came and to which it belongs by port and number
 * @param message from its header on; valid during the call only
 */
public record Notice(
        long timeNanos,
        String netns,
        int protocol,
        int type,
        int flags,
        long seq,
        long portId,
        int group,
        Party cause,
        boolean isCauseSure,
        Optional<Dialog> request,
        ByteBuffer message) {}
