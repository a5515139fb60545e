// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** With messages that a program of the machine sends to a group. */
class GroupSocketKernelIT {
    private static final int NETLINK_USERSOCK = 2;
    private static final int GROUP = 7;

    private static final String MULTICAST = """
            import socket, struct
            one = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, %d)
            for i in range(%d):
                try:
                    one.sendto(struct.pack('IHHII', 32768, 16, 0, i, 0) + bytes(32752), (0, 1 << %d))
                except ConnectionRefusedError:
                    pass # by the kernel, to which netlink_sendmsg sends it, too
            """;

    /** More than its buffer of 4 MiB holds. */
    private static final int TOO_MANY = 400;

    @Test
    void countsWhatDidNotFitIntoItsBufferAndHearsOnWhenItWasEmptied() throws Exception {
        try (TestNamespace space = TestNamespace.open();
                NetNs handle = space.openHandle();
                GroupSocket socket = handle.visit(() -> GroupSocket.open(NETLINK_USERSOCK, Set.of(GROUP)))) {
            multicast(space, 1);
            assertThat(socket.dropped()).isZero();

            multicast(space, TOO_MANY);
            long dropped = socket.dropped();
            assertThat(dropped).isBetween(1L, TOO_MANY - 1L);

            socket.drain();
            multicast(space, 1);
            assertThat(socket.dropped()).isEqualTo(dropped);
        }
    }

    private static void multicast(TestNamespace space, int times) throws Exception {
        space.run("python3", "-c", MULTICAST.formatted(NETLINK_USERSOCK, times, GROUP - 1));
    }
}
