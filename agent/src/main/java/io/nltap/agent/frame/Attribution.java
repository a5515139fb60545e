// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.frame;

/**
 * Whose a frame is: one process, or none. Values are made once for each author and role and then used again, so that
 * attributing a frame makes no object; whoever needs something costly for each may keep it in an identity map.
 *
 * @param role what the author has to do with the frame
 * @param reason of an uncertain answer, a few words for people; empty where there is nothing to explain
 */
public record Attribution(Role role, Author author, Confidence confidence, String reason) {

    /** What the author has to do with a frame. */
    public enum Role {
        /** Its own request, or what it sends to another process. */
        SENT,
        /** The kernel answers it, by unicast. */
        RECEIVED,
        /** The kernel tells all listeners of a group, of something that the author caused. */
        NOTIFIED
    }
}
