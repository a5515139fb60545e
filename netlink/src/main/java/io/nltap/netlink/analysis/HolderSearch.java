// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds who holds the lock that others wait for: it does what is done under the lock, and does not wait for it. */
final class HolderSearch {
    private final List<TaskTrack> tasks;

    HolderSearch(List<TaskTrack> tasks) {
        this.tasks = tasks;
    }

    /** Who holds the rtnl lock: of several that may, the one that has been there for longest. */
    Optional<TaskTrack> ofRtnl() {
        return tasks.stream()
                .filter(each -> {
                    KernelStack stack = KernelStack.of(each.task);
                    return !stack.waitsForLock(each.task.state())
                            && stack.worksUnderRtnl()
                            && each.whereabouts != Whereabouts.RECEIVES
                            && each.whereabouts != Whereabouts.WAITS_FOR_MODULE;
                })
                .min(Comparator.comparingLong(each -> each.sinceNanos));
    }

    /** Who holds a lock of a protocol: somebody at work on a request of that protocol. */
    Optional<TaskTrack> ofProtocol(String... functions) {
        return tasks.stream()
                .filter(each -> {
                    KernelStack stack = KernelStack.of(each.task);
                    return !stack.waitsForLock(each.task.state())
                            && stack.has(functions)
                            && each.whereabouts != Whereabouts.RECEIVES;
                })
                .min(Comparator.comparingLong(each -> each.sinceNanos));
    }

    static Holder holder(TaskTrack track) {
        return new Holder(
                "%s[%d]".formatted(track.task.comm(), track.task.tid()), track.task.pod(), track.task.stack());
    }
}
