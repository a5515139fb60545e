// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.scope;

import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.Direction;
import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.FrameTag;
import io.nltap.agent.frame.Listeners;
import io.nltap.agent.frame.OwnGroups;
import java.util.Arrays;
import java.util.List;

/**
 * The scope of one capture in one network namespace. Used by one thread.
 *
 * <p>A frame of a process belongs to the subjects that the process is of. A notification belongs, too, to the subjects that
 * listen to its group, whoever caused it. What is of no known process, or of the kernel, belongs to everybody in a namespace
 * that is the subjects' own, and to nobody in one that they share with others. What this very process causes belongs to
 * nobody, anywhere.
 */
public final class Scope {

    /** Whose a network namespace is. */
    public enum Surroundings {
        /** The subjects', and nobody else's. */
        OWN,
        /** Everybody's, as that of the node. */
        SHARED
    }

    private final Surroundings surroundings;
    private final FrameFilter filter;
    private final Listeners listeners;
    private final int ownPid;
    private final OwnGroups ownGroups;
    private final Repetitions repetitions = new Repetitions();

    private Subject[] subjects = {};
    private boolean[] matched = {};
    private int copiesForUs;
    private int copiesForOthers;

    /** Of a namespace in which this process listens to nothing. */
    public Scope(Surroundings surroundings, FrameFilter filter, Listeners listeners, int ownPid) {
        this(surroundings, filter, listeners, ownPid, OwnGroups.NONE);
    }

    /**
     * @param ownPid of the process that captures, in the first PID namespace
     * @param ownGroups to which this process listens in the namespace, for whichever capture
     */
    public Scope(Surroundings surroundings, FrameFilter filter, Listeners listeners, int ownPid, OwnGroups ownGroups) {
        this.ownGroups = ownGroups;
        this.surroundings = surroundings;
        this.filter = filter;
        this.listeners = listeners;
        this.ownPid = ownPid;
    }

    /** From the next frame on. */
    public void setSubjects(List<Subject> wanted) {
        subjects = wanted.toArray(Subject[]::new);
        matched = new boolean[subjects.length];
    }

    /**
     * To be asked for every frame of the namespace, in the order in which they came.
     *
     * @param tagged whether {@code tag} was filled for this frame
     */
    public Verdict judge(Frame frame, FrameTag tag, boolean tagged, Attribution attribution) {
        int group = tagged ? tag.group() : 0;
        boolean notification = isNotification(group, tag, attribution.role());
        boolean repeated = notification && repetitions.isRepetition(frame);
        boolean isHeard = group == 0 || !listeners.of(frame.protocol(), group).isEmpty();
        if (notification && isForUs(ownSockets(frame.protocol(), group, tag.monotonicNanos()), isHeard, repeated)) {
            boolean isWanted = !isHeard && copiesForUs == 1 && matchCause(attribution) && filter.passes(frame, true);
            return isWanted ? Verdict.OVERHEARD : Verdict.OUT_OF_SCOPE;
        }
        if (!match(frame.protocol(), group, notification, attribution)) {
            return Verdict.OUT_OF_SCOPE;
        }
        if (!filter.passes(frame, notification)) {
            return Verdict.FILTERED;
        }
        return repeated && copiesForOthers > 1 ? Verdict.DUPLICATE : Verdict.KEEP;
    }

    /**
     * Whether it is a copy for nltap itself, of this process or another. Which copy is whose cannot be seen: where no other
     * listener is known, the first ones are taken for ours, and when there are more than nltap has sockets, somebody has just
     * begun to listen; where others are known, the first one is taken for theirs.
     */
    private boolean isForUs(int own, boolean isHeard, boolean repeated) {
        if (!repeated) {
            copiesForUs = 0;
            copiesForOthers = 0;
        }
        boolean isForUs = copiesForUs < own && (repeated || !isHeard);
        if (isForUs) {
            copiesForUs++;
        } else {
            copiesForOthers++;
        }
        return isForUs;
    }

    private int ownSockets(int protocol, int group, long nanos) {
        if (group == 0) {
            return 0;
        }
        int counted = listeners.ownSockets(protocol, group);
        return counted == 0 && ownGroups.include(protocol, group, nanos) ? 1 : counted;
    }

    /** Whether whoever caused it is wanted. */
    private boolean matchCause(Attribution attribution) {
        Arrays.fill(matched, false);
        Author author = attribution.author();
        if (author instanceof Author.Process process) {
            return process.pid() != ownPid && (matchProcess(process) || (mayBeOurs(process) && matchAll()));
        }
        boolean isNobody = author instanceof Author.Kernel || author instanceof Author.Unknown;
        return isNobody && surroundings == Surroundings.OWN && matchAll();
    }

    /** Whether the frame that was judged last is of that subject. */
    public boolean isOf(int subject) {
        return matched[subject];
    }

    /** The answer that a requester wants to be a copy of a notification has its group, too. */
    private static boolean isNotification(int group, FrameTag tag, Attribution.Role role) {
        return role == Attribution.Role.NOTIFIED
                || (group != 0 && tag.direction() == Direction.TO_USER && role != Attribution.Role.RECEIVED);
    }

    private boolean match(int protocol, int group, boolean notification, Attribution attribution) {
        Arrays.fill(matched, false);
        Author author = attribution.author();
        if (author instanceof Author.Process process) {
            if (process.pid() == ownPid) {
                return false;
            }
            boolean any = matchProcess(process) | (notification && matchNotification(protocol, group));
            return any || (mayBeOurs(process) && matchAll());
        }
        if (!(author instanceof Author.Kernel) && !(author instanceof Author.Unknown)) {
            return false;
        }
        if (notification) {
            return matchNotification(protocol, group);
        }
        return surroundings == Surroundings.OWN && matchAll();
    }

    /** It ended before anybody saw where it ran: in the subjects' own namespace it is kept, as what is of nobody known. */
    private boolean mayBeOurs(Author.Process process) {
        return surroundings == Surroundings.OWN && !process.isLocated();
    }

    private boolean matchNotification(int protocol, int group) {
        List<Author.Process> known = group == 0 ? List.of() : listeners.of(protocol, group);
        boolean any = false;
        for (int i = 0; i < known.size(); i++) {
            any |= matchProcess(known.get(i));
        }
        // Somebody listens, else it would not be here; who has just begun to is not known yet.
        return any || (known.isEmpty() && surroundings == Surroundings.OWN && matchAll());
    }

    private boolean matchProcess(Author.Process process) {
        boolean any = false;
        for (int i = 0; i < subjects.length; i++) {
            if (subjects[i].processes().include(process)) {
                matched[i] = true;
                any = true;
            }
        }
        return any;
    }

    private boolean matchAll() {
        Arrays.fill(matched, true);
        return matched.length > 0;
    }
}
