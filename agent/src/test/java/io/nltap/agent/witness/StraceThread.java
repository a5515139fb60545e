// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.witness;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The file of one thread: {@code strace -ff -ttt -T -y -e read=all -e write=all}. */
final class StraceThread {

    /** @param isThread of the same process */
    record Birth(int tid, long nanos, boolean isThread) {}

    record Transfer(
            Witnessed.Way way, long socket, long groups, long beganNanos, long endedNanos, long length, byte[] bytes) {}

    private record Program(long nanos, String comm) {}

    // 1795388467.838774 sendto(3<socket:[6645478]>, [{nlmsg_len=32, …}], 32, 0, NULL, 0) = 32 <0.000112>
    private static final Pattern CALL = Pattern.compile(
            "^(\\d+)\\.(\\d{6}) (\\w+)\\((.*)\\)\\s+= (-?\\d+)(?:<socket:\\[(\\d+)\\]>)?.*?(?:<(\\d+)\\.(\\d{6})>)?$");
    private static final Pattern FIRST_IS_SOCKET = Pattern.compile("^\\d+<socket:\\[(\\d+)\\]>.*");
    private static final Pattern NETLINK = Pattern.compile("^AF_NETLINK, [^,]+, NETLINK_(\\w+)");
    private static final Pattern SENDER =
            Pattern.compile("\\{sa_family=AF_NETLINK, nl_pid=-?\\d+, nl_groups=(?:0x)?([0-9a-f]+)\\}");
    private static final Pattern EXECUTED = Pattern.compile("^\"(?:[^\"]*/)?([^\"/]+)\".*");
    //  | 00010  11 00 00 00                                       ....             |
    private static final Pattern DUMP = Pattern.compile("^ \\| [0-9a-f]{5,} {2}((?:[0-9a-f]{2} {1,2}){1,16}).*");

    /** Those that pass __netlink_deliver_tap: net/netlink/af_netlink.c netlink_filter_tap, by uapi/linux/netlink.h. */
    private static final Map<String, Integer> TAPPED = Map.of(
            "ROUTE",
            0,
            "USERSOCK",
            2,
            "SOCK_DIAG",
            4,
            "NFLOG",
            5,
            "XFRM",
            6,
            "FIB_LOOKUP",
            10,
            "NETFILTER",
            12,
            "GENERIC",
            16);

    private static final int COMM_LENGTH = 15; // TASK_COMM_LEN without its end

    private final int tid;
    private final Map<Long, Integer> sockets = new HashMap<>();
    private final List<Birth> births = new ArrayList<>();
    private final List<Program> programs = new ArrayList<>();
    private final List<Transfer> transfers = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Transfer pending;
    private StraceThread parent;
    private Birth birth;

    private StraceThread(int tid) {
        this.tid = tid;
    }

    static StraceThread read(int tid, List<String> lines) {
        StraceThread thread = new StraceThread(tid);
        for (String line : lines) {
            thread.read(line);
        }
        thread.finishTransfer();
        return thread;
    }

    private void read(String line) {
        Matcher dump = DUMP.matcher(line);
        if (dump.matches()) {
            for (String octet : dump.group(1).trim().split(" +")) {
                bytes.write(Integer.parseInt(octet, 16));
            }
            return;
        }
        if (line.contains("buffers in vector")) {
            throw new AssertionError("cannot read what went through sendmmsg and recvmmsg: " + line);
        }
        Matcher call = CALL.matcher(line);
        if (call.matches()) {
            finishTransfer();
            readCall(call);
        }
    }

    private void readCall(Matcher call) {
        long began = nanos(call.group(1), call.group(2));
        String arguments = call.group(4);
        long result = Long.parseLong(call.group(5));
        if (result < 0) {
            return;
        }
        switch (call.group(3)) {
            case "socket" -> readSocket(arguments, call.group(6));
            case "clone", "clone3", "fork", "vfork" ->
                births.add(new Birth((int) result, began, arguments.contains("CLONE_THREAD")));
            case "execve" -> readProgram(began, arguments);
            default -> {
                long took = call.group(7) == null ? 0 : nanos(call.group(7), call.group(8));
                beginTransfer(call.group(3), arguments, began, began + took, result);
            }
        }
    }

    private void readSocket(String arguments, String inode) {
        Matcher netlink = NETLINK.matcher(arguments);
        if (netlink.find() && TAPPED.containsKey(netlink.group(1))) {
            sockets.put(Long.parseLong(inode), TAPPED.get(netlink.group(1)));
        }
    }

    private void readProgram(long began, String arguments) {
        Matcher executed = EXECUTED.matcher(arguments);
        if (executed.matches()) {
            String name = executed.group(1);
            programs.add(new Program(began, name.substring(0, Math.min(COMM_LENGTH, name.length()))));
        }
    }

    private void beginTransfer(String name, String arguments, long began, long ended, long length) {
        Matcher socket = FIRST_IS_SOCKET.matcher(arguments);
        boolean onlyLooked = arguments.contains("MSG_PEEK");
        if (!socket.matches() || onlyLooked) {
            return;
        }
        Witnessed.Way way = name.startsWith("send") ? Witnessed.Way.SENT : Witnessed.Way.RECEIVED;
        Matcher sender = SENDER.matcher(arguments);
        long groups = way == Witnessed.Way.RECEIVED && sender.find() ? Long.parseLong(sender.group(1), 16) : 0;
        pending = new Transfer(way, Long.parseLong(socket.group(1)), groups, began, ended, length, new byte[0]);
    }

    /** The bytes of a call follow its line. */
    private void finishTransfer() {
        if (pending != null) {
            byte[] all = bytes.toByteArray();
            transfers.add(new Transfer(
                    pending.way(),
                    pending.socket(),
                    pending.groups(),
                    pending.beganNanos(),
                    pending.endedNanos(),
                    pending.length(),
                    Arrays.copyOf(all, (int) Math.min(all.length, pending.length()))));
            pending = null;
        }
        bytes.reset();
    }

    private static long nanos(String seconds, String micros) {
        return Long.parseLong(seconds) * 1_000_000_000 + Long.parseLong(micros) * 1000;
    }

    int tid() {
        return tid;
    }

    Map<Long, Integer> sockets() {
        return sockets;
    }

    List<Birth> births() {
        return births;
    }

    /** Of sockets of any kind. */
    List<Transfer> transfers() {
        return transfers;
    }

    void setParent(StraceThread parent, Birth birth) {
        this.parent = parent;
        this.birth = birth;
    }

    int pid() {
        return parent != null && birth.isThread() ? parent.pid() : tid;
    }

    /** What it executed last, or its parent before it was born. */
    String comm(long nanos) {
        String comm = parent == null ? "" : parent.comm(birth.nanos());
        for (Program program : programs) {
            if (program.nanos() <= nanos) {
                comm = program.comm();
            }
        }
        return comm;
    }
}
