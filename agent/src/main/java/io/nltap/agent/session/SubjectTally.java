// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.session;

import io.nltap.api.v1alpha1.Counters;

/**
 * What was counted for one of several subjects that share a network namespace. What the namespace counts as a whole is
 * taken over for the time in which the subject was there.
 */
final class SubjectTally {
    long filtered;
    long duplicates;
    private long frames;
    private long messages;
    private long bytes;
    private long limited;

    private boolean running;
    private long received;
    private long unattributed;
    private long dropped;

    /** The numbers are those of the namespace. */
    void resume(long receivedNow, long unattributedNow, long droppedNow) {
        received -= receivedNow;
        unattributed -= unattributedNow;
        dropped -= droppedNow;
        running = true;
    }

    void pause(long receivedNow, long unattributedNow, long droppedNow) {
        received += receivedNow;
        unattributed += unattributedNow;
        dropped += droppedNow;
        running = false;
    }

    void kept(boolean written, long messagesInFrame, long blockBytes) {
        if (written) {
            frames++;
            messages += messagesInFrame;
            bytes += blockBytes;
        } else {
            limited++;
        }
    }

    Counters counters(long receivedNow, long unattributedNow, long droppedNow) {
        long seen = received + (running ? receivedNow : 0);
        return new Counters(
                seen,
                frames,
                messages,
                bytes,
                seen - frames - filtered - duplicates - limited,
                filtered,
                duplicates,
                limited,
                dropped + (running ? droppedNow : 0),
                unattributed + (running ? unattributedNow : 0));
    }
}
