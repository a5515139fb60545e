// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** On this machine's kernel, with sockets of this process: to look at one's own takes no privilege. */
class MembershipsTest {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int NETLINK_ROUTE = 0;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_ADD_MEMBERSHIP = 1;
    private static final int RTNLGRP_LINK = 1;
    private static final int GONE = 999_999;
    private static final int RTNLGRP_BRVLAN = 33;

    private final Memberships memberships = new Memberships();

    @Test
    void tellsGroupsBeyondThoseThatProcShows() throws IOException {
        try (Fd socket = socket()) {
            join(socket, RTNLGRP_LINK);
            join(socket, RTNLGRP_BRVLAN);

            assertThat(memberships.of(own(), socket.number(), inode(socket)).stream())
                    .containsExactly(RTNLGRP_LINK, RTNLGRP_BRVLAN);
        }
    }

    @Test
    void tellsNothingOfASocketThatIsNotTheOneMeant() throws IOException {
        try (Fd socket = socket()) {
            join(socket, RTNLGRP_LINK);

            assertThat(memberships.of(own(), socket.number(), inode(socket) + 1).stream())
                    .isEmpty();
        }
    }

    @Test
    void saysThatADescriptorHasGone() {
        assertThatThrownBy(() -> memberships.of(own(), GONE, 1))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("pidfd_getfd");
    }

    private static Fd socket() throws KernelException {
        return Fd.of(LibC.CALLS.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), "socket", "NETLINK_ROUTE");
    }

    private static void join(Fd socket, int group) throws KernelException {
        ByteBuffer number = NativeMemory.ofInt(group);
        LibC.checked(
                LibC.CALLS.setsockopt(socket.number(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, number, Integer.BYTES),
                "setsockopt",
                "NETLINK_ADD_MEMBERSHIP");
    }

    private static int own() {
        return (int) ProcessHandle.current().pid();
    }

    private static long inode(Fd socket) throws IOException {
        String link = Files.readSymbolicLink(Path.of("/proc/self/fd/" + socket.number()))
                .toString();
        return Long.parseLong(link.substring("socket:[".length(), link.length() - 1));
    }
}
