// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

/** What the kernel owes for a request that succeeds. For one that fails it always owes an error. */
public enum Owed {
    /** Nothing: it changes something, and no acknowledgement was asked for. */
    NOTHING,
    /** Nothing, because the kernel throws it away unread: not even an error. */
    SILENCE,
    /** An acknowledgement. */
    ACK,
    /** One message. */
    REPLY,
    /** One message, and then an acknowledgement. */
    REPLY_AND_ACK,
    /** Messages, and then {@code NLMSG_DONE}; never an acknowledgement. */
    DUMP,
    /** Perhaps a message, perhaps nothing: it depends on a command that is not known here. */
    PERHAPS,
    /** The kernel owes nothing: another process was asked. */
    OF_A_PEER;

    /** Whether it is sure that something has to come. */
    public boolean isSomething() {
        return this == ACK || this == REPLY || this == REPLY_AND_ACK || this == DUMP;
    }
}
