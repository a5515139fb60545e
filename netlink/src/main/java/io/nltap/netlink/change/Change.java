// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.change;

import io.nltap.netlink.author.Party;
import io.nltap.netlink.dialog.Matter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One object that was changed, once.
 *
 * @param timeNanos of the request; of the notification where that is all there is
 * @param netns name of the capture file's interface for the namespace
 * @param who changed it
 * @param authorship how sure that is
 * @param kind such as {@code route} or {@code nft rule}
 * @param object which one, in words, such as {@code 198.51.100.0/24 table main}
 * @param before values that it had, where the wire told; those that did not change are left out
 * @param after values that it has now, as far as the wire tells
 * @param proof how it is known that it succeeded
 * @param what the message that tells of it
 */
public record Change(
        long timeNanos,
        String netns,
        Party who,
        Authorship authorship,
        Action action,
        String kind,
        String object,
        Map<String, String> before,
        Map<String, String> after,
        Proof proof,
        Matter what) {

    public enum Action {
        ADDED("Added"),
        CHANGED("Changed"),
        REMOVED("Removed");

        private final String word;

        Action(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public enum Authorship {
        /** The request says so. */
        CERTAIN("Certain"),
        /** Concluded: from a notification, or by how the capture knows whose the request is. */
        PROBABLE("Probable"),
        UNKNOWN("Unknown");

        private final String word;

        Authorship(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public enum Proof {
        /** The kernel acknowledged it. */
        ACKNOWLEDGED("Acknowledged"),
        /** The kernel told its listeners. */
        NOTIFIED("Notified"),
        /** No acknowledgement was asked for, and no error came. */
        NO_ERROR("NoError");

        private final String word;

        Proof(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public Change {
        before = Collections.unmodifiableMap(new LinkedHashMap<>(before));
        after = Collections.unmodifiableMap(new LinkedHashMap<>(after));
    }
}
