// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.author.Party;
import io.nltap.netlink.evidence.TaskState;
import java.util.Optional;
import java.util.OptionalInt;

/** A thread through the samples. */
final class TaskTrack {
    TaskState task;
    Whereabouts whereabouts;

    /** When it was seen there first; it has been there in every sample since that shows it. */
    long sinceNanos;

    /** The time of the sample that showed it there first: it may have come a little later. */
    long firstNanos;

    /** The time of the last sample that shows it. */
    long lastNanos;

    /** So many have shown it there; what one look saw may be told in several samples. */
    int looks;

    /** Whether all samples have shown it in the same place. */
    private boolean isParked = true;

    /** The sample's namespace, which is that of the sockets that were looked at. */
    String netns;

    TaskTrack(TaskState task, Whereabouts whereabouts, long nanos, String netns) {
        this.task = task;
        this.whereabouts = whereabouts;
        this.sinceNanos = task.seenNanos();
        this.firstNanos = nanos;
        this.lastNanos = nanos;
        this.looks = 1;
        this.netns = netns;
    }

    void see(TaskState now, Whereabouts there, long nanos, String in) {
        boolean sameCall = now.fdInode().equals(task.fdInode()) && there == whereabouts;
        if (!sameCall) {
            sinceNanos = now.seenNanos();
            firstNanos = nanos;
            looks = 0;
        }
        if (now.seenNanos() != task.seenNanos() || !sameCall) {
            looks++;
        }
        isParked &= now.state() == task.state()
                && now.wchan().equals(task.wchan())
                && now.stack().equals(task.stack());
        task = now;
        whereabouts = there;
        lastNanos = nanos;
        netns = in;
    }

    /** Whether it has done nothing else since it was seen first, as far as samples show. */
    boolean isParked() {
        return isParked;
    }

    Party party() {
        return new Party(
                OptionalInt.of(task.pid()),
                task.comm().isEmpty() ? Optional.empty() : Optional.of(task.comm()),
                task.container(),
                task.pod());
    }

    /** For people. */
    String shown() {
        KernelStack stack = KernelStack.of(task);
        return "thread %d of %s: state %c%s%s"
                .formatted(
                        task.tid(),
                        party(),
                        task.state(),
                        task.syscall().isPresent()
                                ? ", system call " + task.syscall().getAsInt()
                                : "",
                        stack.isKnown() ? ", in " + stack.shown() : "");
    }
}
