// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink.analysis;

import io.nltap.netlink.author.PacketAuthor;
import io.nltap.netlink.change.Change;
import io.nltap.netlink.evidence.CaptureLosses;
import io.nltap.netlink.evidence.EvidenceSample;
import io.nltap.netlink.evidence.SocketHolder;
import io.nltap.netlink.evidence.SocketRow;
import io.nltap.netlink.evidence.TapHealth;
import io.nltap.netlink.evidence.TaskState;
import io.nltap.netlink.pcapng.CaptureInterface;
import io.nltap.netlink.pcapng.CapturedPacket;
import io.nltap.netlink.pcapng.PacketDirection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/** Packets and samples as a capture would have them, second by second. */
final class Scene {
    static final int ROUTE = 0;
    static final int REQUEST = 1;
    static final int MULTI = 2;
    static final int ACK = 4;
    static final int DUMP = 0x300;
    static final int ERROR = 2;
    static final int DONE = 3;

    static final String HOST = "host";
    static final long HOST_NETNS = 4_026_531_840L;
    private static final long BEGIN = 1_750_000_000_000_000_000L;
    private static final long SECOND = 1_000_000_000L;

    final List<Change> changes = new ArrayList<>();
    final Analysis analysis = new Analysis(Settings.USUAL, changes::add);

    private boolean hasComments = true;
    private boolean hasProcesses = true;
    private long now = BEGIN;
    private final List<SocketRow> sockets = new ArrayList<>();
    private final List<SocketHolder> holders = new ArrayList<>();
    /** By their ids, and when they are seen. */
    private final Map<Integer, LongFunction<TaskState>> tasks = new LinkedHashMap<>();

    private long lookNanos;
    private OptionalLong lastLook = OptionalLong.empty();
    private long ringDrops;
    private final List<CaptureLosses.LeftOut> leftOut = new ArrayList<>();
    private int omitted;

    /** As in a file that tcpdump made. */
    Scene withoutComments() {
        hasComments = false;
        return this;
    }

    /** As on a kernel that does not tell which process sends. */
    Scene withoutProcesses() {
        hasProcesses = false;
        return this;
    }

    /** From now on the samples could not show all. */
    Scene thereWasNoTime() {
        omitted = 3;
        return this;
    }

    /** From now on no sample shows a thread. */
    Scene withoutThreads() {
        tasks.clear();
        return this;
    }

    /** From now on threads are looked at so much later than sockets. */
    Scene threadsAreSeenLaterBy(double seconds) {
        lookNanos = (long) (seconds * SECOND);
        return this;
    }

    /** From now on samples tell once more what threads did just now. */
    Scene threadsAreNotLookedAtAnyMore() {
        lastLook = OptionalLong.of(now + lookNanos);
        return this;
    }

    long nanos() {
        return now;
    }

    Scene after(double seconds) {
        now += (long) (seconds * SECOND);
        return this;
    }

    /** A message as it stands on the wire. */
    static byte[] message(int type, int flags, long seq, long port, byte... payload) {
        ByteBuffer bytes = ByteBuffer.allocate(16 + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(16 + payload.length).putShort((short) type).putShort((short) flags);
        bytes.putInt((int) seq).putInt((int) port).put(payload);
        return bytes.array();
    }

    static byte[] error(int errno, int type, long seq, long port) {
        ByteBuffer payload = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        payload.putInt(-errno)
                .putInt(16)
                .putShort((short) type)
                .putShort((short) 0)
                .putInt((int) seq);
        return message(ERROR, 0x100, seq, port, payload.array());
    }

    static byte[] done(long seq, long port) {
        return message(DONE, MULTI, seq, port, new byte[4]);
    }

    /** A process sends. */
    Scene sends(int pid, int protocol, byte[]... messages) {
        return packet(pid, "sent", 0, 0, PacketDirection.OUTBOUND, protocol, messages);
    }

    /** Likewise, and the kernel tells by which of its sockets. */
    Scene sendsFrom(long port, int pid, int protocol, byte[]... messages) {
        return packet(pid, "sent", 0, port, PacketDirection.OUTBOUND, protocol, messages);
    }

    /** A process is answered. */
    Scene gets(int pid, int protocol, byte[]... messages) {
        return packet(pid, "received", 0, 0, PacketDirection.INBOUND, protocol, messages);
    }

    /** A group is told of what a process did. */
    Scene tells(int pid, int group, int protocol, byte[]... messages) {
        return packet(pid, "notified", group, 0, PacketDirection.INBOUND, protocol, messages);
    }

    private Scene packet(
            int pid, String role, int group, long port, PacketDirection direction, int protocol, byte[]... messages) {
        now += 20_000;
        int length =
                Arrays.stream(messages).mapToInt(each -> (each.length + 3) & ~3).sum();
        ByteBuffer datagram = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        for (byte[] each : messages) {
            datagram.put(each).position((datagram.position() + 3) & ~3);
        }
        String comment = new PacketAuthor(
                        Optional.of("shop/web-" + pid),
                        Optional.of("app"),
                        hasProcesses ? OptionalInt.of(pid) : OptionalInt.empty(),
                        hasProcesses ? Optional.of(pid == 0 ? "kernel" : "client") : Optional.empty(),
                        "Exact",
                        role,
                        group,
                        port)
                .toComment();
        analysis.accept(new CapturedPacket(
                new CaptureInterface(0, HOST, "", 253),
                now,
                4,
                protocol,
                length,
                datagram.flip(),
                hasComments ? direction : PacketDirection.UNKNOWN,
                hasComments ? comment : ""));
        return this;
    }

    /** From now on the samples show this socket. */
    Scene socket(int protocol, long port, long inode, long unread, boolean isDumping, long drops, int... pids) {
        sockets.removeIf(each -> each.inode() == inode && each.portId() == port && each.protocol() == protocol);
        holders.removeIf(each -> each.inode() == inode);
        sockets.add(new SocketRow(
                protocol, port, 0, unread, OptionalLong.empty(), 0, isDumping, isDumping ? 3 : 2, drops, inode));
        for (int pid : pids) {
            holders.add(new SocketHolder(inode, pid, 3));
        }
        return this;
    }

    /** It is closed. */
    Scene withoutSocket(long inode) {
        sockets.removeIf(each -> each.inode() == inode);
        holders.removeIf(each -> each.inode() == inode);
        return this;
    }

    /** Likewise, of a socket that listens to a group. */
    Scene listener(int protocol, long port, long inode, long drops, int pid) {
        sockets.add(new SocketRow(protocol, port, 1, 0, OptionalLong.empty(), 0, false, 2, drops, inode));
        holders.add(new SocketHolder(inode, pid, 3));
        return this;
    }

    /** So many requests are inside the kernel. */
    Scene kernelHas(int protocol, int requests) {
        sockets.removeIf(each -> each.isKernel() && each.protocol() == protocol);
        sockets.add(new SocketRow(
                protocol, 0, 0, requests * 768L, OptionalLong.empty(), 0, false, 2 + requests, 0, protocol + 1));
        return this;
    }

    /** No request is inside the kernel, but that of a dump which has not been read to its end is kept. */
    Scene kernelKeepsRequestOfDump(int protocol) {
        sockets.removeIf(each -> each.isKernel() && each.protocol() == protocol);
        sockets.add(new SocketRow(protocol, 0, 0, 768, OptionalLong.empty(), 0, false, 2, 0, protocol + 1));
        return this;
    }

    /** From now on the samples show this thread. */
    Scene thread(int pid, int tid, char state, int syscall, long inode, String... stack) {
        return threadWithArguments(pid, tid, state, syscall, List.of(3L), inode, stack);
    }

    /** Likewise, of one in another network namespace. */
    Scene threadElsewhere(int pid, int tid, char state, String... stack) {
        return thread(pid, tid, OptionalLong.of(HOST_NETNS + 1), state, -1, List.of(), 0, stack);
    }

    Scene threadWithArguments(
            int pid, int tid, char state, int syscall, List<Long> arguments, long inode, String... stack) {
        return thread(pid, tid, OptionalLong.empty(), state, syscall, arguments, inode, stack);
    }

    private Scene thread(
            int pid,
            int tid,
            OptionalLong netns,
            char state,
            int syscall,
            List<Long> arguments,
            long inode,
            String... stack) {
        tasks.remove(tid);
        tasks.put(
                tid,
                seen -> new TaskState(
                        pid,
                        tid,
                        seen,
                        "client",
                        netns,
                        state,
                        syscall < 0 ? OptionalInt.empty() : OptionalInt.of(syscall),
                        arguments,
                        inode == 0 ? OptionalLong.empty() : OptionalLong.of(inode),
                        stack.length == 0 ? Optional.empty() : Optional.of(stack[0]),
                        List.of(stack),
                        Optional.of("shop/web-" + pid),
                        Optional.of("app")));
        return this;
    }

    Scene ringLoses(long frames) {
        ringDrops += frames;
        return this;
    }

    /** So much that a socket said and was told is not in the capture, for nobody knew whose it was. */
    Scene leavesOut(int protocol, long port, long datagrams) {
        leftOut.removeIf(each -> each.protocol() == protocol && each.portId() == port);
        leftOut.add(new CaptureLosses.LeftOut(protocol, port, datagrams));
        return this;
    }

    Scene sample() {
        analysis.accept(new EvidenceSample(
                now,
                HOST,
                OptionalLong.of(HOST_NETNS),
                sockets,
                holders,
                tasks.values().stream()
                        .map(each -> each.apply(lastLook.orElse(now + lookNanos)))
                        .toList(),
                new TapHealth(BEGIN - SECOND, new CaptureLosses(ringDrops, leftOut), 0),
                omitted));
        return this;
    }

    /** Nothing happens for so long, and it is looked each second. */
    Scene samplesFor(int seconds) {
        for (int i = 0; i < seconds; i++) {
            after(1).sample();
        }
        return this;
    }

    List<Hang> hangs() {
        return analysis.findings(now);
    }

    List<HangClass> classes() {
        return hangs().stream().map(each -> each.finding().hangClass()).toList();
    }

    Summary summary() {
        return analysis.summary();
    }
}
