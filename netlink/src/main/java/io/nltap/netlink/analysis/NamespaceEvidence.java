// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.evidence.CaptureLosses;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.netlink.evidence.SocketHolder;
import io.nltap.netlink.evidence.SocketRow;
import io.nltap.netlink.evidence.TaskState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was seen beside the wire of one network namespace, sample after sample. */
final class NamespaceEvidence {
    private static final int MAX_SOCKETS = 8192;
    /** With so many sockets a sample may have left out others. */
    private static final int FULL_SAMPLE = 512;

    private static final int BASE_REFERENCES = 2;

    /** The kernel's own socket of a protocol: busy while the handler of a request has not returned. */
    static final class KernelRow {
        SocketRow row;
        long busySince = Long.MIN_VALUE;
        int busySamples;

        KernelRow(SocketRow row) {
            this.row = row;
        }

        void see(SocketRow now, long nanos) {
            row = now;
            // Its rmem tells nothing: the request of a dump stays charged to it until the dump has been read to its end
            // (netlink_callback.skb), however long the reader takes.
            if (now.references() > BASE_REFERENCES) {
                if (busySamples++ == 0) {
                    busySince = nanos;
                }
            } else {
                busySamples = 0;
                busySince = Long.MIN_VALUE;
            }
        }

        /** Requests whose handler has not returned. */
        int requests() {
            return Math.max(0, row.references() - BASE_REFERENCES);
        }

        boolean isBusy() {
            return busySamples > 1;
        }

        String shown(String protocol) {
            return "the kernel's own %s socket: %d requests inside the kernel (locks %d, rmem %d)"
                    .formatted(protocol, requests(), row.references(), row.receiveBytes());
        }
    }

    private final Map<Integer, KernelRow> kernel = new HashMap<>();
    private final Map<Long, SocketTrack> sockets = new LinkedHashMap<>();
    private final Map<Long, SocketTrack> byPort = new HashMap<>();
    private EvidenceSample latest;
    private long wholeNanos = Long.MIN_VALUE;
    private long ringDropsBefore;
    private long ringDropsNoticed = Long.MIN_VALUE;
    private long omitted;

    NamespaceEvidence(EvidenceSample first) {
        latest = first;
        ringDropsBefore = 0;
        accept(first, SocketTrack.NEVER);
    }

    void accept(EvidenceSample sample) {
        accept(sample, latest.sockets().size() < FULL_SAMPLE ? latest.timeNanos() : SocketTrack.NEVER);
    }

    /** @param before when the sockets that there were then had been looked at last */
    private void accept(EvidenceSample sample, long before) {
        long previous = latest.timeNanos();
        latest = sample;
        long nanos = sample.timeNanos();
        if (sample.omitted() == 0) {
            wholeNanos = nanos;
        }
        CaptureLosses losses = sample.tap().losses();
        if (losses.ringDrops() > ringDropsBefore) {
            ringDropsBefore = losses.ringDrops();
            ringDropsNoticed = nanos;
        }
        for (SocketRow row : sample.sockets()) {
            if (row.isKernel()) {
                kernel.computeIfAbsent(row.protocol(), protocol -> new KernelRow(row))
                        .see(row, nanos);
            } else {
                seeSocket(row, nanos, before);
            }
        }
        for (SocketHolder holder : sample.holders()) {
            SocketTrack socket = sockets.get(holder.inode());
            if (socket != null) {
                socket.heldBy(holder.pid());
            }
        }
        for (CaptureLosses.LeftOut leftOut : losses.leftOut()) {
            SocketTrack socket = byPort.get(portKey(leftOut.protocol(), leftOut.portId()));
            if (socket != null) {
                socket.leftOut(leftOut.datagrams(), nanos);
            }
        }
        // One that a single look has missed is no other one when it is back.
        byPort.values().removeIf(socket -> socket.lastNanos < previous);
        sockets.values().removeIf(socket -> socket.lastNanos < previous && !hasLost(socket));
    }

    private static boolean hasLost(SocketTrack socket) {
        return socket.lost() > 0; // is still to be reported
    }

    private void seeSocket(SocketRow row, long nanos, long before) {
        SocketTrack track = sockets.get(row.inode());
        if (track != null) {
            track.see(row, nanos);
            byPort.put(portKey(row.protocol(), row.portId()), track);
        } else if (sockets.size() < MAX_SOCKETS) {
            track = new SocketTrack(row, nanos, before);
            sockets.put(row.inode(), track);
            byPort.put(portKey(row.protocol(), row.portId()), track);
        } else {
            omitted++;
        }
    }

    EvidenceSample latest() {
        return latest;
    }

    /** When the last sample was taken that left nothing out: who is not in it was not there. */
    long wholeNanos() {
        return wholeNanos;
    }

    Optional<KernelRow> kernel(int protocol) {
        return Optional.ofNullable(kernel.get(protocol));
    }

    /** Sockets of the latest sample. */
    List<SocketTrack> open() {
        List<SocketTrack> open = new ArrayList<>();
        for (SocketTrack socket : sockets.values()) {
            if (isOpen(socket)) {
                open.add(socket);
            }
        }
        return open;
    }

    /** All that matter still, closed ones that lost something among them. */
    Collection<SocketTrack> all() {
        return Collections.unmodifiableCollection(sockets.values());
    }

    /** The one with that port id now. */
    Optional<SocketTrack> socketAt(int protocol, long port) {
        return Optional.ofNullable(byPort.get(portKey(protocol, port))).filter(this::isOpen);
    }

    private static long portKey(int protocol, long port) {
        return (long) protocol << 32 | port;
    }

    Optional<SocketTrack> socket(long inode) {
        return Optional.ofNullable(sockets.get(inode)).filter(this::isOpen);
    }

    /**
     * The socket that a thread reads, or where the kernel does not tell (User Mode Linux does not), all of its process. A
     * socket of which no holder was seen is its, if it has the port that a process' first socket gets.
     */
    List<SocketTrack> socketsOf(TaskState task) {
        if (task.fdInode().isPresent()) {
            return socket(task.fdInode().getAsLong()).stream().toList();
        }
        return open().stream()
                .filter(each -> each.holders.contains(task.pid())
                        || (each.holders.isEmpty() && each.row.portId() == task.pid()))
                .toList();
    }

    /** Whether a process is known to have any of these sockets open now. */
    boolean isHolder(int pid) {
        return latest.holders().stream().anyMatch(each -> each.pid() == pid);
    }

    /** Whether a process is known to have the socket open now. */
    boolean isHeld(long inode) {
        return latest.holders().stream().anyMatch(each -> each.inode() == inode);
    }

    /** Whether the capture lost frames, noticed after that time. */
    boolean lostFramesAfter(long nanos) {
        return ringDropsNoticed >= nanos;
    }

    /** Whether something that one of the sockets said or was told may be missing in the capture, noticed after that time. */
    boolean lacksAfter(long nanos, List<SocketTrack> sockets) {
        return lostFramesAfter(nanos) || sockets.stream().anyMatch(socket -> socket.leftOutAfter(nanos));
    }

    long omitted() {
        return omitted;
    }

    boolean has(SocketTrack socket) {
        return sockets.get(socket.row.inode()) == socket;
    }

    private boolean isOpen(SocketTrack socket) {
        return socket.lastNanos == latest.timeNanos();
    }
}
