// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import io.nltap.agent.frame.Author;
import io.nltap.agent.frame.Listeners;
import io.nltap.agent.frame.NodeProcesses;
import io.nltap.agent.frame.ProcessIdentity;
import io.nltap.agent.linux.OwnPorts;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The netlink sockets of one network namespace, and who holds them. */
final class TapSockets implements Listeners, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TapSockets.class);

    private static final int NETLINK_GENERIC = 16;

    /** A socket's own port id is that of its process, or built on it: libnl counts a process' sockets above 22 bits. */
    private static final long PID_BITS = 0x3f_ffff;

    /** Whom a socket belongs to, and how that is known. */
    record Holder(Owner owner, Grounds grounds) {}

    private record Listening(int protocol, int group) {}

    private final NetlinkTable table;
    private final long netns;
    private final Owners owners;
    private final SocketHolders holders;
    private final NodeProcesses processes;
    private final OptionalLong exitFamily;

    private volatile ListenerSheet listeners = ListenerSheet.NOBODY;
    private volatile boolean open = true;
    /** Only of the lookup thread. */
    private Map<Long, Set<Integer>> held = new HashMap<>();

    /**
     * @param netns inode of the namespace
     * @param exitFamily generic netlink family of the reports of ended processes that arrive in this namespace for us
     */
    TapSockets(
            NetlinkTable table,
            long netns,
            Owners owners,
            SocketHolders holders,
            NodeProcesses processes,
            OptionalLong exitFamily) {
        this.table = table;
        this.netns = netns;
        this.owners = owners;
        this.holders = holders;
        this.processes = processes;
        this.exitFamily = exitFamily;
    }

    /** Whether an answer of the kernel is for a socket of this process. */
    boolean isOwnAnswer(int protocol, long portId, int type) {
        return OwnPorts.contains(portId)
                || (portId == 0
                        && protocol == NETLINK_GENERIC
                        && exitFamily.isPresent()
                        && exitFamily.getAsLong() == type);
    }

    /** Who holds the socket; null when nobody can be named. To be called on the lookup thread. */
    @Nullable
    Holder holder(int protocol, long portId, long nanos) {
        for (NetlinkTable.Row row : rows()) {
            if (row.protocol() == protocol && row.portId() == portId) {
                Collection<ProcessIdentity> found = holders.of(row.inode(), likely(portId));
                return found.size() == 1 ? new Holder(owners.of(found.iterator().next()), Grounds.HOLDS_SOCKET) : null;
            }
        }
        return null;
    }

    private Collection<Integer> likely(long portId) {
        int pid = (int) (portId & PID_BITS);
        Set<Integer> likely = new LinkedHashSet<>();
        for (ProcessIdentity process : processes.all()) {
            if (process.innerPid() == pid && process.netns() == netns) {
                likely.add(process.pid());
            }
        }
        likely.add(pid);
        for (ProcessIdentity process : processes.all()) {
            if (process.netns() == netns && likely.size() < 64) {
                likely.add(process.pid());
            }
        }
        return likely;
    }

    private List<NetlinkTable.Row> rows() {
        try {
            return table.read();
        } catch (IOException e) {
            if (open) {
                LOG.atWarn().addKeyValue("netns", netns).setCause(e).log("netlink sockets could not be listed");
            }
            return List.of();
        }
    }

    /** Finds out anew who listens. To be called on the lookup thread, about once a second. */
    void refresh() {
        if (!open) {
            return;
        }
        Map<Listening, Set<Author.Process>> found = new HashMap<>();
        Map<Long, Set<Integer>> stillHeld = new HashMap<>();
        for (NetlinkTable.Row row : rows()) {
            if (row.groups() == 0) {
                continue;
            }
            Set<Integer> pids = heldBy(row);
            stillHeld.put(row.inode(), pids);
            for (int pid : pids) {
                if (owners.find(pid, 0).author() instanceof Author.Process process) {
                    for (int group = 1; group <= Integer.SIZE; group++) {
                        if ((row.groups() >>> (group - 1) & 1) != 0) {
                            found.computeIfAbsent(new Listening(row.protocol(), group), k -> new LinkedHashSet<>())
                                    .add(process);
                        }
                    }
                }
            }
        }
        held = stillHeld;
        ListenerSheet sheet = new ListenerSheet();
        found.forEach((at, who) -> sheet.put(at.protocol(), at.group(), List.copyOf(who)));
        if (!sheet.equals(listeners)) {
            listeners = sheet;
        }
    }

    private Set<Integer> heldBy(NetlinkTable.Row row) {
        Set<Integer> before = held.getOrDefault(row.inode(), Set.of());
        Set<Integer> now = new HashSet<>(before);
        now.removeIf(pid -> !holders.holds(pid, row.inode()));
        if (now.isEmpty()) {
            holders.of(row.inode(), likely(row.portId())).forEach(process -> now.add(process.pid()));
        }
        return now;
    }

    @Override
    public List<Author.Process> of(int protocol, int group) {
        return listeners.of(protocol, group);
    }

    @Override
    public void close() {
        open = false;
        try {
            table.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("table of netlink sockets not closed properly");
        }
    }
}
