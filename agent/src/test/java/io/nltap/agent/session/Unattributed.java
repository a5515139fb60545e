// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Attributor;
import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.Confidence;
import io.nltap.agent.frame.Direction;
import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.FrameTag;

/** Knows nobody, but tells what was sent, answered and told to all where the tag does. */
final class Unattributed implements Attributor {
    private static final Attribution SENT = nobody(Attribution.Role.SENT);
    private static final Attribution RECEIVED = nobody(Attribution.Role.RECEIVED);
    private static final Attribution NOTIFIED = nobody(Attribution.Role.NOTIFIED);

    private static Attribution nobody(Attribution.Role role) {
        return new Attribution(role, Author.UNKNOWN, Confidence.UNKNOWN, "");
    }

    @Override
    public Attribution attribute(Frame frame, FrameTag tag, boolean tagged) {
        if (!tagged || tag.direction() != Direction.TO_USER) {
            return SENT;
        }
        return tag.group() == 0 ? RECEIVED : NOTIFIED;
    }
}
