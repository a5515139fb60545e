// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Hears from the kernel of every process that ends, by the TASKSTATS family of generic netlink (Documentation/accounting/
 * taskstats.rst), which exists in the first network namespace only. Needs CAP_NET_ADMIN.
 */
public final class TaskExits implements AutoCloseable {

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int NETLINK_GENERIC = 16;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int MSG_DONTWAIT = 0x40;

    // linux/genetlink.h
    private static final int GENL_ID_CTRL = 0x10;
    private static final int CTRL_CMD_GETFAMILY = 3;
    private static final int CTRL_ATTR_FAMILY_ID = 1;
    private static final int CTRL_ATTR_FAMILY_NAME = 2;
    // struct genlmsghdr { __u8 cmd; __u8 version; __u16 reserved; };
    private static final int GENL_HEADER = 4;

    // linux/taskstats.h
    private static final int TASKSTATS_CMD_GET = 1;
    private static final int TASKSTATS_CMD_ATTR_REGISTER_CPUMASK = 3;
    private static final int TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK = 4;
    private static final int TASKSTATS_TYPE_TGID = 2;
    private static final int TASKSTATS_TYPE_STATS = 3;
    private static final int TASKSTATS_TYPE_AGGR_PID = 4;
    private static final int TASKSTATS_TYPE_AGGR_TGID = 5;
    // struct taskstats: only ever grows at its end
    private static final int VERSION = 0;
    private static final int AC_FLAG = 8;
    private static final int AC_COMM = 80;
    private static final int COMM_SIZE = 32;
    private static final int AC_PID = 128;
    private static final int AC_PPID = 132;
    private static final int AC_ETIME = 144;
    private static final int AC_TGID = 368;
    private static final int AC_TGETIME = 376;
    private static final int KNOWS_GROUP = 12;
    // linux/acct.h: the last task of its group
    private static final int AGROUP = 0x20;

    private static final int RECEIVE_SIZE = 1 << 14;
    private static final int QUEUE_SIZE = 4 << 20;

    private final Fd fd;
    private final int family;
    private final String cpus;
    private final ByteBuffer received = NativeMemory.allocate(RECEIVE_SIZE);

    private TaskExits(Fd fd, int family, String cpus) {
        this.fd = fd;
        this.family = family;
        this.cpus = cpus;
    }

    /**
     * To be called on a thread in the first network namespace.
     *
     * @param cpus to hear of, such as {@code 0-7}
     * @throws KernelException ENOENT when the kernel has no TASKSTATS, EPERM without CAP_NET_ADMIN
     */
    public static TaskExits open(String cpus) throws KernelException {
        Fd fd = Fd.of(
                LibC.CALLS.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC), "socket", "NETLINK_GENERIC");
        try {
            OwnPorts.bind(fd);
            ByteBuffer size = NativeMemory.ofInt(QUEUE_SIZE);
            LibC.CALLS.setsockopt(fd.number(), SOL_SOCKET, SO_RCVBUFFORCE, size, Integer.BYTES);
            int family = family(fd);
            TaskExits exits = new TaskExits(fd, family, cpus);
            exits.ask(TASKSTATS_CMD_ATTR_REGISTER_CPUMASK);
            exits.answer("TASKSTATS_CMD_GET REGISTER_CPUMASK");
            return exits;
        } catch (KernelException e) {
            fd.close();
            throw e;
        }
    }

    private static int family(Fd fd) throws KernelException {
        NetlinkRequest request = new NetlinkRequest("CTRL_CMD_GETFAMILY", "TASKSTATS", GENL_ID_CTRL, 0)
                .generic(CTRL_CMD_GETFAMILY, 1)
                .attribute(CTRL_ATTR_FAMILY_NAME, "TASKSTATS");
        ByteBuffer bytes = request.finish(1);
        LibC.checked(LibC.CALLS.send(fd.number(), bytes, bytes.remaining(), 0), request.name(), request.object());
        ByteBuffer answer = NativeMemory.allocate(RECEIVE_SIZE);
        long length = LibC.checked(
                LibC.CALLS.recv(fd.number(), answer, RECEIVE_SIZE, 0), request.name() + " (recv)", request.object());
        NetlinkAnswer messages = new NetlinkAnswer(answer.limit((int) length));
        if (!messages.next()) {
            throw new KernelException(request.name(), request.object(), Errno.EIO.number());
        }
        if (messages.isEnd() && messages.errno() != 0) {
            throw new KernelException(request.name(), request.object(), messages.errno());
        }
        return NetlinkAnswer.attributesOf(messages.message(), GENL_HEADER)
                .flatMap(attributes -> attributes.shortNumber(CTRL_ATTR_FAMILY_ID))
                .orElseThrow(() -> new KernelException(request.name(), request.object(), Errno.ENOENT.number()));
    }

    /** Number of the family, which is the type of its messages. */
    public int family() {
        return family;
    }

    private void ask(int attribute) throws KernelException {
        ByteBuffer bytes = new NetlinkRequest("TASKSTATS_CMD_GET", cpus, family, NetlinkRequest.NLM_F_ACK)
                .generic(TASKSTATS_CMD_GET, 1)
                .attribute(attribute, cpus)
                .finish(2);
        LibC.checked(LibC.CALLS.send(fd.number(), bytes, bytes.remaining(), 0), "TASKSTATS_CMD_GET", cpus);
    }

    /** Reports may be queued before the acknowledgement: they are let go. */
    private void answer(String call) throws KernelException {
        while (true) {
            NetlinkAnswer answer = receive(call);
            while (answer.next()) {
                if (answer.isEnd()) {
                    if (answer.errno() != 0) {
                        throw new KernelException(call, cpus, answer.errno());
                    }
                    return;
                }
            }
        }
    }

    private NetlinkAnswer receive(String call) throws KernelException {
        received.clear();
        long length =
                LibC.checked(LibC.CALLS.recv(fd.number(), received, received.capacity(), 0), call + " (recv)", cpus);
        return new NetlinkAnswer(received.limit((int) length));
    }

    /** What came of reading. */
    public enum Reading {
        /** Something was handed over, and there may be more. */
        SOME,
        /** Nothing is waiting. */
        NOTHING,
        /** Reports were lost since the last call, because this was called too rarely. */
        LOST
    }

    /** To wait for with poll(2) for {@code POLLIN}. */
    public int descriptor() {
        return fd.number();
    }

    /** Hands over one datagram of reports, if one is waiting. One thread at a time. */
    public Reading read(Consumer<TaskExit> reader) throws KernelException {
        received.clear();
        long length = LibC.CALLS.recv(fd.number(), received, received.capacity(), MSG_DONTWAIT);
        if (length < 0) {
            int errno = LibC.errno();
            if (errno == Errno.EAGAIN.number() || errno == Errno.EINTR.number()) {
                return Reading.NOTHING;
            }
            if (errno == Errno.ENOBUFS.number()) {
                return Reading.LOST;
            }
            throw new KernelException("TASKSTATS (recv)", cpus, errno);
        }
        NetlinkAnswer answer = new NetlinkAnswer(received.limit((int) length));
        while (answer.next()) {
            if (!answer.isEnd()) {
                NetlinkAnswer.attributesOf(answer.message(), GENL_HEADER)
                        .flatMap(TaskExits::parse)
                        .ifPresent(reader);
            }
        }
        return Reading.SOME;
    }

    /** Empty for a thread whose process goes on. */
    static Optional<TaskExit> parse(Attributes report) {
        Optional<Integer> group =
                report.nested(TASKSTATS_TYPE_AGGR_TGID).flatMap(nest -> nest.number(TASKSTATS_TYPE_TGID));
        Optional<ByteBuffer> stats =
                report.nested(TASKSTATS_TYPE_AGGR_PID).flatMap(nest -> nest.bytes(TASKSTATS_TYPE_STATS));
        if (stats.isEmpty() || stats.get().limit() < AC_ETIME + Long.BYTES) {
            return Optional.empty();
        }
        ByteBuffer task = stats.get();
        int pid = task.getInt(AC_PID);
        long lifetimeMicros = task.getLong(AC_ETIME);
        if (task.getShort(VERSION) >= KNOWS_GROUP && task.limit() >= AC_TGETIME + Long.BYTES) {
            if ((task.get(AC_FLAG) & AGROUP) == 0) {
                return Optional.empty();
            }
            pid = task.getInt(AC_TGID);
            lifetimeMicros = task.getLong(AC_TGETIME);
        } else if (group.isPresent()) {
            pid = group.get();
        }
        return Optional.of(new TaskExit(pid, task.getInt(AC_PPID), comm(task), lifetimeMicros * 1000));
    }

    private static String comm(ByteBuffer stats) {
        byte[] bytes = new byte[COMM_SIZE];
        stats.get(AC_COMM, bytes);
        int length = 0;
        while (length < COMM_SIZE && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            ask(TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK);
        } catch (KernelException | IllegalStateException e) {
            // The kernel takes the listener out by itself at the next report that it cannot deliver.
        }
        fd.close();
    }
}
