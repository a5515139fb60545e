// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds who holds the lock that others wait for: it does what is done under the lock, and does not wait for it. */
final class HolderSearch {
    private static final int ROUTE = 0;
    private static final int XFRM = 6;
    private static final int GENERIC = 16;
    private static final Comparator<TaskTrack> SEEN_FIRST = Comparator.comparingLong(each -> each.firstNanos);

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
                .min(SEEN_FIRST);
    }

    /**
     * Who holds the lock of a protocol for which the victim waits: somebody at work on a request of that protocol, or who waits
     * there for yet another lock. A module is loaded without the locks, but for those of XFRM.
     */
    Optional<TaskTrack> ofProtocol(TaskTrack victim, int protocol) {
        List<TaskTrack> candidates = tasks.stream()
                .filter(each -> each.task.tid() != victim.task.tid() && each.whereabouts != Whereabouts.RECEIVES)
                .filter(each ->
                        KernelStack.of(each.task).protocol().stream().anyMatch(protocolOf -> protocolOf == protocol))
                .filter(each -> protocol == XFRM || each.whereabouts != Whereabouts.WAITS_FOR_MODULE)
                .filter(each -> protocol == GENERIC || isInSameNamespace(each, victim))
                .toList();
        return candidates.stream()
                .filter(each -> !KernelStack.of(each.task).waitsForLock(each.task.state()))
                .min(SEEN_FIRST)
                .or(() -> protocol == ROUTE
                        ? Optional.empty()
                        : candidates.stream()
                                .filter(each -> KernelStack.of(each.task).isRtnl())
                                .min(SEEN_FIRST));
    }

    private static boolean isInSameNamespace(TaskTrack one, TaskTrack other) {
        return one.task.netnsInode().isEmpty()
                || other.task.netnsInode().isEmpty()
                || one.task.netnsInode().equals(other.task.netnsInode());
    }

    static Holder holder(TaskTrack track) {
        return new Holder(
                "%s[%d]".formatted(track.task.comm(), track.task.tid()), track.task.pod(), track.task.stack());
    }
}
