// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.linux.Errno;
import io.nltap.agent.linux.KernelException;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Groups above 32 that the sockets of one namespace listen to, which the kernel's table does not show: asked for socket by
 * socket, of the protocols that have such groups, when a socket is new, then less and less often, and again when somebody is
 * told something in such a group. Used by one thread, but for {@link #note}.
 */
final class FurtherGroups {
    private static final Logger LOG = LoggerFactory.getLogger(FurtherGroups.class);

    private static final int NETLINK_ROUTE = 0;
    private static final int NETLINK_GENERIC = 16;

    /** In each round; each costs six system calls. */
    private static final int ASKED_AT_MOST = 512;

    /** In a round during which somebody waits for an answer. */
    private static final int ASKED_WHILE_AWAITED = 8;

    private static final long FIRST_REST = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_REST = Duration.ofMinutes(1).toNanos();

    /** Of all sockets, while somebody is told something of whom it is known that they listen. */
    private static final long REST_OF_THE_KNOWN = Duration.ofSeconds(10).toNanos();

    /** Asks the kernel. */
    @FunctionalInterface
    interface Memberships {
        /**
         * @param inode of the socket: what has that descriptor by now may be another
         * @return all groups it listens to; none when it is another socket
         */
        BitSet of(int pid, int descriptor, long inode) throws KernelException;
    }

    /** What was found out of one socket. */
    private static final class Known {
        private BitSet groups = new BitSet();
        private long rest = FIRST_REST;
        private long nextNanos;
    }

    private final SocketHolders holders;
    private final Memberships memberships;
    private volatile boolean unheard;
    private volatile boolean heard;

    private Map<Long, Known> known = new HashMap<>();
    private Map<Long, Known> stillThere = new HashMap<>();
    private long nanos;
    private long lastAllNanos;
    private long restOfAll = FIRST_REST;
    private boolean askAll;
    private boolean foundMore;
    private int asked;
    private int askedAtMost;
    private boolean cannot;
    private boolean logged;

    FurtherGroups(SocketHolders holders, Memberships memberships, long nanos) {
        this.holders = holders;
        this.memberships = memberships;
        this.lastAllNanos = nanos;
    }

    /** Somebody was told something in a group above 32; any thread, for each frame. */
    void note(boolean isListenerKnown) {
        if (isListenerKnown) {
            heard = true;
        } else {
            unheard = true;
        }
    }

    /** Begins a new round, in which all sockets are asked for that there are. */
    void begin(long roundNanos) {
        known = stillThere;
        stillThere = new HashMap<>();
        nanos = roundNanos;
        asked = 0;
        askedAtMost = ASKED_AT_MOST;
        if (askAll) {
            restOfAll = foundMore ? FIRST_REST : Math.min(LONGEST_REST, 2 * restOfAll);
        }
        foundMore = false;
        long rested = nanos - lastAllNanos;
        askAll = (unheard && rested >= restOfAll) || (heard && rested >= Math.max(restOfAll, REST_OF_THE_KNOWN));
        if (askAll) {
            lastAllNanos = nanos;
            unheard = false;
            heard = false;
            known.values().forEach(socket -> socket.nextNanos = nanos);
        }
    }

    /** No more than a few in this round: others wait. The rest is asked for in later ones. */
    void hurry() {
        askedAtMost = ASKED_WHILE_AWAITED;
    }

    /** Whether a socket may have such groups, and it is time to ask for them, or some are known. */
    boolean isWanted(NetlinkTable.Row row) {
        boolean hasMore = row.protocol() == NETLINK_ROUTE || row.protocol() == NETLINK_GENERIC;
        return hasMore && !cannot && (isDue(row) || !of(row).groups.isEmpty());
    }

    private boolean isDue(NetlinkTable.Row row) {
        return asked < askedAtMost && of(row).nextNanos - nanos <= 0;
    }

    private Known of(NetlinkTable.Row row) {
        return stillThere.computeIfAbsent(row.inode(), inode -> {
            Known before = known.get(inode);
            if (before != null) {
                return before;
            }
            Known fresh = new Known();
            fresh.nextNanos = nanos;
            return fresh;
        });
    }

    /**
     * @param pids who has the socket
     * @return groups that it listens to, those above 32 in any case; none when nobody can tell
     */
    BitSet of(NetlinkTable.Row row, Set<Integer> pids) {
        Known socket = of(row);
        if (isDue(row)) {
            asked++;
            socket.nextNanos = nanos + socket.rest;
            socket.rest = Math.min(LONGEST_REST, 2 * socket.rest);
            BitSet groups = ask(row.inode(), pids);
            foundMore |= !groups.equals(socket.groups);
            socket.groups = groups;
        }
        return socket.groups;
    }

    private BitSet ask(long inode, Set<Integer> pids) {
        for (int pid : pids) {
            OptionalInt descriptor = holders.descriptor(pid, inode, nanos);
            if (descriptor.isPresent()) {
                try {
                    BitSet groups = memberships.of(pid, descriptor.getAsInt(), inode);
                    groups.clear(0, Integer.SIZE + 1);
                    return groups;
                } catch (KernelException e) {
                    explain(e);
                }
            }
        }
        return new BitSet();
    }

    private void explain(KernelException e) {
        cannot = e.is(Errno.ENOSYS);
        if (!logged && (cannot || e.is(Errno.EPERM))) {
            logged = true;
            LOG.atWarn()
                    .addKeyValue("why", e.getMessage())
                    .log(
                            "who listens to multicast groups above 32 is not known; it takes Linux 5.6 and CAP_SYS_PTRACE");
        }
    }
}
