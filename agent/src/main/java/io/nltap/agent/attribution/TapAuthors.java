// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Attribution;
import io.nltap.agent.frame.Attribution.Role;
import io.nltap.agent.frame.Attributor;
import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.Confidence;
import io.nltap.agent.frame.Direction;
import io.nltap.agent.frame.Frame;
import io.nltap.agent.frame.FrameTag;
import io.nltap.agent.frame.Listeners;
import io.nltap.agent.linux.OwnPorts;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Tells whose the frames of one tap are. Used by the thread that drains it, but for {@link #listeners}; makes no object for
 * a frame whose author has been met before.
 */
public final class TapAuthors implements Attributor, AutoCloseable {

    // linux/netlink.h, linux/rtnetlink.h
    private static final int NETLINK_ROUTE = 0;
    private static final int NETLINK_GENERIC = 16;
    private static final int RTNLGRP_NEIGH = 3;

    private static final int SOCKET_SETS = 1024;
    private static final int PROCESS_SETS = 256;
    private static final int THREAD_SETS = 256;

    private static final Attribution BY_KERNEL = new Attribution(Role.SENT, Author.KERNEL, Confidence.EXACT, "");
    private static final Attribution NOT_TOLD = unknown(Role.RECEIVED, "the kernel does not tell for whom it is");
    private static final Attribution[][] NOBODY = nobody();
    private static final Attribution NO_SENDER =
            unknown(Role.SENT, "without a tagger requests do not show their sender");
    private static final Attribution DAMAGED = unknown(Role.SENT, "no message header");

    private final AuthorLookup lookup;
    private final Listeners listeners;
    private final QueuePorts queues;
    private final Runnable atClose;
    private final LongSupplier clock;
    private final MessageHead head = new MessageHead();
    private final int[] lastAsked = new int[1];

    private final RecentTable<KnownSocket> sockets = new RecentTable<>(SOCKET_SETS);
    private final RecentTable<KnownProcess> processes = new RecentTable<>(PROCESS_SETS);
    private final RecentTable<OpenRequest> requests = new RecentTable<>(THREAD_SETS);

    /** Whether tags of this tap name processes. Then a tag without one is the idle task's, and so the kernel's. */
    private boolean namesProcesses;

    /** Whether the ends of all processes are known that had ended before the frames of this batch were captured. */
    private boolean endsAreKnown;

    TapAuthors(AuthorLookup lookup, Listeners listeners, QueuePorts queues, Runnable atClose) {
        this.lookup = lookup;
        this.listeners = listeners;
        this.queues = queues;
        this.atClose = atClose;
        this.clock = lookup::nanoTime;
    }

    private static Attribution unknown(Role role, String reason) {
        return new Attribution(role, Author.UNKNOWN, Confidence.UNKNOWN, reason);
    }

    private static Attribution[][] nobody() {
        Attribution[][] all = new Attribution[Role.values().length][Finding.Nobody.values().length];
        for (Role role : Role.values()) {
            for (Finding.Nobody nobody : Finding.Nobody.values()) {
                all[role.ordinal()][nobody.ordinal()] = unknown(role, nobody.reason());
            }
        }
        return all;
    }

    private static Attribution nobody(Role role, Finding.Nobody nobody) {
        return NOBODY[role.ordinal()][nobody.ordinal()];
    }

    /** Who listens to what in this namespace; may be asked by any thread. */
    public Listeners listeners() {
        return listeners;
    }

    @Override
    public void setCrowded(BooleanSupplier crowded) {
        lookup.setCrowded(crowded);
    }

    @Override
    public void beginBatch() {
        endsAreKnown = false;
    }

    @Override
    public Attribution attribute(Frame frame, FrameTag tag, boolean tagged) {
        head.read(frame);
        if (!tagged || tag.direction() == Direction.UNKNOWN) {
            return untagged(frame);
        }
        namesProcesses |= tag.processId() != FrameTag.NO_PROCESS;
        if (tag.direction() == Direction.TO_KERNEL || tag.portId() != 0) {
            return sent(frame, tag);
        }
        if (!head.isPresent()) {
            return DAMAGED;
        }
        return tag.group() == 0 ? answered(frame, tag) : notified(frame, tag);
    }

    private Attribution sent(Frame frame, FrameTag tag) {
        if (head.isPresent() && tag.direction() == Direction.TO_KERNEL) {
            queues.sent(frame, head, tag.portId());
        }
        if (!namesProcesses) {
            return bySocket(frame.protocol(), tag.portId(), tag.monotonicNanos(), Role.SENT);
        }
        // Another nltap says nothing of its own accord, either.
        Owner owner = OwnPorts.contains(tag.portId()) ? lookup.own() : process(tag);
        socket(frame.protocol(), tag.portId()).isOf(owner);
        if (tag.direction() == Direction.TO_KERNEL) {
            begin(frame, tag);
        }
        return owner.as(Role.SENT, Grounds.NAMED);
    }

    private void begin(Frame frame, FrameTag tag) {
        OpenRequest request = requests.get(tag.threadId());
        if (!head.mayChange(frame.protocol())) {
            if (request != null) {
                request.end();
            }
            return;
        }
        if (request == null) {
            request = new OpenRequest();
            requests.put(tag.threadId(), request);
        }
        request.begin(frame.protocol(), tag.portId(), tag.monotonicNanos());
        if (head.findLastAsked(frame, lastAsked)) {
            request.expectAcknowledgement(lastAsked[0]);
        }
    }

    private Attribution answered(Frame frame, FrameTag tag) {
        long portId = head.portId();
        if (lookup.isOwnAnswer(frame.protocol(), portId, head.type())) {
            return lookup.own().as(Role.RECEIVED, Grounds.NAMED);
        }
        if (portId == 0) {
            portId = queues.of(frame, head);
            if (portId == QueuePorts.NOBODY) {
                return NOT_TOLD;
            }
        }
        if (head.isAcknowledgement()) {
            queues.acknowledged(frame, head);
        }
        if (!namesProcesses) {
            return bySocket(frame.protocol(), portId, tag.monotonicNanos(), Role.RECEIVED);
        }
        if (head.isAcknowledgement()) {
            OpenRequest request = requests.get(tag.threadId());
            if (request != null) {
                request.answer(frame.protocol(), portId, head.sequence());
            }
        }
        KnownSocket known = sockets.get(KnownSocket.key(frame.protocol(), portId));
        Owner owner = known == null ? null : known.owner();
        if (known != null && owner != null) {
            return known.as(owner, Role.RECEIVED, Grounds.ANSWER);
        }
        // What comes of a queue comes whoever runs.
        if (tag.processId() == FrameTag.NO_PROCESS || head.portId() == 0) {
            return NOT_TOLD;
        }
        Owner running = process(tag);
        socket(frame.protocol(), portId).isAnsweredIn(running);
        return running.as(Role.RECEIVED, Grounds.ANSWERED_WHILE_RUNNING);
    }

    private Attribution notified(Frame frame, FrameTag tag) {
        long portId = head.portId();
        if (portId != 0) {
            if (OwnPorts.contains(portId)) {
                return lookup.own().as(Role.NOTIFIED, Grounds.CAUSE);
            }
            if (!namesProcesses) {
                return bySocket(frame.protocol(), portId, tag.monotonicNanos(), Role.NOTIFIED);
            }
            KnownSocket known = sockets.get(KnownSocket.key(frame.protocol(), portId));
            Owner owner = known == null ? null : known.owner();
            if (known != null && owner != null) {
                return known.as(owner, Role.NOTIFIED, Grounds.CAUSE);
            }
            return nobody(Role.NOTIFIED, Finding.Nobody.NO_HOLDER);
        }
        if (!namesProcesses || !isToldWithoutRequester(frame.protocol(), tag.group())) {
            return BY_KERNEL;
        }
        OpenRequest request = requests.get(tag.threadId());
        if (tag.threadId() == FrameTag.NO_PROCESS
                || request == null
                || !request.isOpen(frame.protocol(), tag.monotonicNanos())) {
            return BY_KERNEL;
        }
        Owner owner = OwnPorts.contains(request.portId()) ? lookup.own() : process(tag);
        return owner.as(Role.NOTIFIED, Grounds.DURING_REQUEST);
    }

    /**
     * Whether requests cause notifications of the group that do not carry the requester's port id. Netfilter and XFRM always
     * name it. Neighbours do as well, and what timers make of them hits whoever happens to run.
     */
    private static boolean isToldWithoutRequester(int protocol, int group) {
        return protocol == NETLINK_GENERIC || (protocol == NETLINK_ROUTE && group != RTNLGRP_NEIGH);
    }

    /** Without a tag nothing tells the direction but the message itself. */
    private Attribution untagged(Frame frame) {
        if (!head.isPresent()) {
            return DAMAGED;
        }
        long portId = head.portId();
        if (OwnPorts.contains(portId)) {
            return lookup.own().as(Role.RECEIVED, Grounds.ANSWER);
        }
        if (portId == 0) {
            return head.isRequest() ? NO_SENDER : NOT_TOLD;
        }
        return head.isRequest()
                ? bySocket(frame.protocol(), portId, lookup.monotonic(frame), Role.SENT)
                : bySocket(frame.protocol(), portId, lookup.monotonic(frame), Role.RECEIVED);
    }

    private Attribution bySocket(int protocol, long portId, long nanos, Role role) {
        if (OwnPorts.contains(portId)) {
            return lookup.own().as(role, Grounds.NAMED);
        }
        if (!endsAreKnown) {
            lookup.catchUp();
            endsAreKnown = true;
        }
        KnownSocket known = socket(protocol, portId);
        known.takeLateAnswer();
        Owner owner = known.owner();
        if (owner == null ? known.mayBeAskedAgain(nanos, clock) : !isStillOf(owner, known, nanos)) {
            known.ask(lookup.socket(protocol, portId, nanos), nanos, lookup.nanoTime());
            owner = known.owner();
        }
        return owner == null ? nobody(role, known.nobody()) : known.as(owner, role, Grounds.HOLDS_SOCKET);
    }

    private boolean isStillOf(Owner owner, KnownSocket known, long nanos) {
        return known.isStillThere(nanos, lookup.sheet()) && (owner.isOver() || lookup.isCurrent(owner));
    }

    private KnownSocket socket(int protocol, long portId) {
        long key = KnownSocket.key(protocol, portId);
        KnownSocket known = sockets.get(key);
        if (known == null) {
            known = new KnownSocket(key);
            sockets.put(key, known);
        }
        return known;
    }

    /** The process that was running. */
    private Owner process(FrameTag tag) {
        // Other threads may have names of their own, which are not the process'.
        boolean isMain = tag.threadId() == tag.processId();
        KnownProcess known = processes.get(tag.processId());
        if (known == null
                || !known.isAt(tag.cgroupId())
                || (isMain && !known.isCalled(tag.commFirst(), tag.commSecond()))) {
            known = new KnownProcess(tag.cgroupId(), isMain ? tag.commFirst() : 0, isMain ? tag.commSecond() : 0);
            processes.put(tag.processId(), known);
        }
        known.takeLateAnswer();
        Owner owner = known.owner();
        if (owner != null && (known.isProvisional() ? isFresh(known) : isStill(owner, tag))) {
            return owner;
        }
        String comm = isMain ? tag.comm() : "";
        Pending<Owner> asked = lookup.process(tag.processId(), tag.cgroupId(), comm, tag.monotonicNanos());
        Owner found = asked.answer();
        if (found != null) {
            known.isOf(found);
            return found;
        }
        // Nothing more is needed to know whose it is: the kernel has named the process, and where it is.
        Owner fromTag = lookup.unseen(tag.processId(), tag.cgroupId(), comm);
        known.isProvisionally(fromTag, asked, lookup.nanoTime());
        return fromTag;
    }

    private boolean isFresh(KnownProcess provisional) {
        return !provisional.mayBeAskedAgain(lookup.nanoTime());
    }

    private boolean isStill(Owner owner, FrameTag tag) {
        return owner.lived(tag.monotonicNanos()) && (owner.isOver() || lookup.isCurrent(owner));
    }

    @Override
    public void close() {
        atClose.run();
    }
}
