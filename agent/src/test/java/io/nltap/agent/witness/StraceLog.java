// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.witness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What strace saw: one file for each thread ({@code -ff}), named {@code log.TID}, with times ({@code -ttt -T}), the inodes of
 * sockets ({@code -y}) and all bytes that went through calls ({@code -e read=all -e write=all}). {@link #command} is the
 * command line for that.
 */
public final class StraceLog {
    private static final String NAME = "log";

    private StraceLog() {}

    /** To be put before the command line of a program; {@code directory} has to be there. */
    public static List<String> command(Path directory) {
        return List.of(
                "strace",
                "-ff",
                "-o",
                directory.resolve(NAME).toString(),
                "-ttt",
                "-T",
                "-y",
                "-e",
                "trace=socket,sendto,sendmsg,sendmmsg,recvfrom,recvmsg,recvmmsg,execve,clone,clone3,fork,vfork",
                "-e",
                "signal=none",
                "-e",
                "write=all",
                "-e",
                "read=all",
                "--");
    }

    /** All netlink datagrams of the protocols that nlmon shows, in the order in which their calls began. */
    public static List<Witnessed> read(Path directory) throws IOException {
        Map<Integer, StraceThread> threads = new HashMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(StraceLog::isLog).toList()) {
                StraceThread thread =
                        StraceThread.read(tid(file), Files.readAllLines(file, StandardCharsets.ISO_8859_1));
                threads.put(thread.tid(), thread);
            }
        }
        adopt(threads);
        return datagrams(threads);
    }

    private static boolean isLog(Path file) {
        return file.getFileName().toString().matches(NAME + "\\.\\d+");
    }

    private static int tid(Path file) {
        return Integer.parseInt(file.getFileName().toString().substring(NAME.length() + 1));
    }

    private static void adopt(Map<Integer, StraceThread> threads) {
        for (StraceThread parent : List.copyOf(threads.values())) {
            for (StraceThread.Birth birth : parent.births()) {
                StraceThread child = threads.get(birth.tid());
                if (child != null) {
                    child.setParent(parent, birth);
                }
            }
        }
    }

    private static List<Witnessed> datagrams(Map<Integer, StraceThread> threads) {
        Map<Long, Integer> protocols = new HashMap<>();
        threads.values().forEach(thread -> protocols.putAll(thread.sockets()));
        List<Witnessed> datagrams = new ArrayList<>();
        for (StraceThread thread : threads.values()) {
            for (StraceThread.Transfer transfer : thread.transfers()) {
                Optional.ofNullable(protocols.get(transfer.socket()))
                        .ifPresent(protocol -> datagrams.add(witnessed(thread, transfer, protocol)));
            }
        }
        datagrams.sort(Comparator.comparingLong(Witnessed::beganNanos));
        return datagrams;
    }

    private static Witnessed witnessed(StraceThread thread, StraceThread.Transfer transfer, int protocol) {
        return new Witnessed(
                thread.pid(),
                thread.comm(transfer.beganNanos()),
                transfer.way(),
                protocol,
                transfer.socket(),
                transfer.groups(),
                transfer.beganNanos(),
                transfer.endedNanos(),
                transfer.length(),
                transfer.bytes());
    }
}
