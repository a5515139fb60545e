// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.witness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StraceLogTest {
    @TempDir
    Path directory;

    @Test
    void readsRequestAndAnswerOfAProgramThatAShellStarted() throws IOException {
        log(9062, """
                1795388467.803927 execve("/usr/bin/bash", ["bash", "-c", "ip link show lo"], 0x7ffeb96ab350 /* 35 vars */) = 0 <0.002904>
                1795388467.821256 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7fb960904a10) = 9063 <0.001346>
                """);
        // ip link show lo
        log(9063, """
                1795388467.826197 execve("/usr/sbin/ip", ["ip", "link", "show", "lo"], 0x563dc3b27980 /* 35 vars */) = 0 <0.000792>
                1795388467.838560 socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE) = 3<socket:[6645478]> <0.000035>
                1795388467.838774 sendto(3<socket:[6645478]>, [{nlmsg_len=32, nlmsg_type=RTM_NEWLINK, nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK, nlmsg_seq=0, nlmsg_pid=0}, {ifi_family=AF_UNSPEC}], 32, 0, NULL, 0) = 32 <0.000112>
                 | 00000  20 00 00 00 10 00 05 00  00 00 00 00 00 00 00 00   ............... |
                 | 00010  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  ................ |
                1795388467.838893 recvmsg(3<socket:[6645478]>, {msg_name={sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, msg_namelen=12, msg_iov=[{iov_base=NULL, iov_len=0}], msg_iovlen=1, msg_controllen=0, msg_flags=MSG_TRUNC}, MSG_PEEK|MSG_TRUNC) = 20 <0.000010>
                1795388467.838903 recvmsg(3<socket:[6645478]>, {msg_name={sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, msg_namelen=12, msg_iov=[{iov_base=[{nlmsg_len=20}], iov_len=16384}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 20 <0.000020>
                 * 20 bytes in buffer 0
                 | 00000  14 00 00 00 02 00 00 00  00 00 00 00 67 23 00 00  ............g#.. |
                 | 00010  ed ff ff ff                                       ....             |
                1795388467.849257 exit_group(0)         = ?
                1795388467.849428 +++ exited with 0 +++
                """);

        List<Witnessed> seen = StraceLog.read(directory);

        assertThat(seen).extracting(Witnessed::way).containsExactly(Witnessed.Way.SENT, Witnessed.Way.RECEIVED);
        assertThat(seen)
                .allMatch(datagram -> datagram.pid() == 9063 && datagram.comm().equals("ip"));
        assertThat(seen).allMatch(datagram -> datagram.protocol() == 0 && datagram.socket() == 6645478);
        assertThat(seen.get(0).beganNanos()).isEqualTo(1_795_388_467_838_774_000L);
        assertThat(seen.get(0).endedNanos()).isEqualTo(1_795_388_467_838_886_000L);
        assertThat(HexFormat.of().formatHex(seen.get(0).bytes())).isEqualTo("2000000010000500" + "0".repeat(48));
        assertThat(HexFormat.of().formatHex(seen.get(1).bytes()))
                .isEqualTo("1400000002000000000000006723" + "0000edffffff");
    }

    @Test
    void joinsTheBuffersOfABatch() throws IOException {
        log(70, """
                1.000001 socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) = 3<socket:[5]> <0.000001>
                1.000002 sendmsg(3<socket:[5]>, {msg_name={sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, msg_namelen=12, msg_iov=[{iov_base=[{nlmsg_len=4}], iov_len=4}, {iov_base=[{nlmsg_len=3}], iov_len=3}], msg_iovlen=2, msg_controllen=0, msg_flags=0}, 0) = 7 <0.000002>
                 * 4 bytes in buffer 0
                 | 00000  01 02 03 04                                       ....             |
                 * 3 bytes in buffer 1
                 | 00000  05 06 07                                          ...              |
                """);

        assertThat(StraceLog.read(directory))
                .singleElement()
                .satisfies(seen -> assertThat(seen.bytes()).containsExactly(1, 2, 3, 4, 5, 6, 7));
    }

    @Test
    void knowsTheProcessOfAThread() throws IOException {
        log(50, """
                1.000001 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM, child_tid=0x7f}, 88) = 51 <0.000001>
                1.000002 socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC) = 3<socket:[8]> <0.000001>
                """);
        log(51, """
                1.000003 sendto(3<socket:[8]>, "\\x01", 1, 0, NULL, 0) = 1 <0.000001>
                 | 00000  01                                                .                |
                """);

        assertThat(StraceLog.read(directory)).singleElement().satisfies(seen -> {
            assertThat(seen.pid()).isEqualTo(50);
            assertThat(seen.protocol()).isEqualTo(16);
        });
    }

    @Test
    void tellsNotificationsAndDatagramsThatTheReceiverCut() throws IOException {
        log(60, """
                1.000001 socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) = 3<socket:[9]> <0.000001>
                1.000002 recvfrom(3<socket:[9]>, [{nlmsg_len=1052}], 2, MSG_TRUNC, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=0x000011}, [128 => 12]) = 1052 <0.000001>
                 | 00000  1c 04                                             ..               |
                """);

        assertThat(StraceLog.read(directory)).singleElement().satisfies(seen -> {
            assertThat(seen.groups()).isEqualTo(0x11);
            assertThat(seen.length()).isEqualTo(1052);
            assertThat(seen.isWhole()).isFalse();
        });
    }

    @Test
    void leavesOutOtherSocketsAndWhatFailed() throws IOException {
        log(80, """
                1.000001 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3<socket:[5]> <0.000001>
                1.000002 sendto(3<socket:[5]>, "x", 1, 0, NULL, 0) = 1 <0.000001>
                 | 00000  78                                                x                |
                1.000003 socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT) = 4<socket:[6]> <0.000001>
                1.000004 sendto(4<socket:[6]>, "x", 1, 0, NULL, 0) = 1 <0.000001>
                 | 00000  78                                                x                |
                1.000005 socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) = 5<socket:[7]> <0.000001>
                1.000006 recvfrom(5<socket:[7]>, 0x7ffc, 100, MSG_DONTWAIT, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable) <0.000001>
                """);

        assertThat(StraceLog.read(directory)).isEmpty();
    }

    private void log(int tid, String text) throws IOException {
        Files.writeString(directory.resolve("log." + tid), text);
    }
}
