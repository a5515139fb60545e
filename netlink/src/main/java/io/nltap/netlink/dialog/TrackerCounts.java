// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.dialog;

import io.nltap.netlink.pcapng.CapturedPacket;

/** What a {@link DialogTracker} has seen so far, in numbers. */
public final class TrackerCounts {
    long messages;
    long requests;
    long answersOfNobody;
    long notifications;
    long notificationCopies;
    long malformed;
    long omittedDialogs;
    long omittedSpeakers;
    long omittedBodies;

    private long datagrams;
    private long bytes;
    private long withoutDirection;
    private long withoutAuthor;
    private long answered;
    private long failed;
    private long unowed;
    private long unanswered;
    private long firstNanos;
    private long lastNanos;

    TrackerCounts() {}

    void datagram(CapturedPacket packet, Sender sender) {
        if (datagrams++ == 0) {
            firstNanos = packet.timestampNanos();
        }
        firstNanos = Math.min(firstNanos, packet.timestampNanos());
        lastNanos = Math.max(lastNanos, packet.timestampNanos());
        bytes += packet.originalLength();
        if (sender.way() == Sender.Way.UNKNOWN) {
            withoutDirection++;
        }
        if (!sender.party().isKnown()) {
            withoutAuthor++;
        }
    }

    void closed(Dialog dialog) {
        switch (dialog.state()) {
            case FAILED -> {
                answered++;
                failed++;
            }
            case UNANSWERED -> unanswered++;
            default -> {
                if (dialog.hasReply()) {
                    answered++;
                } else {
                    unowed++;
                }
            }
        }
    }

    public long datagrams() {
        return datagrams;
    }

    public long messages() {
        return messages;
    }

    /** Of datagrams, as they were sent. */
    public long bytes() {
        return bytes;
    }

    public long requests() {
        return requests;
    }

    /** Those that failed among them. */
    public long answered() {
        return answered;
    }

    public long failed() {
        return failed;
    }

    /** Requests for which nothing was owed, and that got no error. */
    public long unowed() {
        return unowed;
    }

    public long unanswered() {
        return unanswered;
    }

    /** Messages that answer no request that was seen. */
    public long answersOfNobody() {
        return answersOfNobody;
    }

    public long notifications() {
        return notifications;
    }

    public long notificationCopies() {
        return notificationCopies;
    }

    public long malformed() {
        return malformed;
    }

    /** Datagrams of which the file does not tell which way they went. */
    public long withoutDirection() {
        return withoutDirection;
    }

    /** Datagrams of which the file does not tell whose they are. */
    public long withoutAuthor() {
        return withoutAuthor;
    }

    /** Open requests that were given up because their speaker had too many. */
    public long omittedDialogs() {
        return omittedDialogs;
    }

    public long omittedSpeakers() {
        return omittedSpeakers;
    }

    /** Requests of which it was not kept what they say. */
    public long omittedBodies() {
        return omittedBodies;
    }

    /** Of the first packet, nanoseconds since the epoch. */
    public long firstNanos() {
        return firstNanos;
    }

    /** Of the last packet, nanoseconds since the epoch. */
    public long lastNanos() {
        return lastNanos;
    }
}
