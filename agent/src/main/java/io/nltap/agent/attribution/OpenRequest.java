// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

/**
 * The last request of one thread, while the kernel may still be at work on it. A thread sends one at a time and waits in
 * sendmsg(2) until the kernel has done it. nlmon does not show that return, but the acknowledgement is made just before.
 */
final class OpenRequest {
    /** Without an acknowledgement nothing shows the end; a request that has to wait for a lock takes longer. */
    private static final long WITHOUT_ACKNOWLEDGEMENT_NANOS = 20_000_000;

    private int protocol;
    private long portId;
    private int lastAsked;
    private boolean acknowledged;
    private long sentNanos;
    private boolean open;

    void begin(int protocol, long portId, long sentNanos) {
        this.protocol = protocol;
        this.portId = portId;
        this.sentNanos = sentNanos;
        this.acknowledged = false;
        this.open = true;
    }

    void expectAcknowledgement(int sequence) {
        acknowledged = true;
        lastAsked = sequence;
    }

    void answer(int protocol, long portId, int sequence) {
        if (this.protocol == protocol && this.portId == portId && acknowledged && lastAsked == sequence) {
            open = false;
        }
    }

    long portId() {
        return portId;
    }

    void end() {
        open = false;
    }

    boolean isOpen(int protocol, long nowNanos) {
        return open
                && this.protocol == protocol
                && (acknowledged || nowNanos - sentNanos < WITHOUT_ACKNOWLEDGEMENT_NANOS);
    }
}
