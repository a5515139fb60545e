// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.tap;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.frame.TagMode;
import io.nltap.agent.linux.NetlinkSender;
import io.nltap.agent.linux.PacketSocket;
import io.nltap.agent.linux.TestNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstFramesKernelIT {
    /** Bytes of the shortest there is. */
    private static final int MESSAGE = 16;

    @TempDir
    private Path directory;

    private TapNode node;
    private TestNamespace space;

    @BeforeEach
    void openNode() throws IOException {
        node = new TapNode(directory);
        space = TestNamespace.open();
    }

    @AfterEach
    void closeNode() throws IOException {
        space.close();
        node.close();
    }

    /** Where it does not name processes: so that whoever speaks can be looked at while there is something to see. */
    @Test
    void tellsAtOnceWhenASocketSpeaksForTheFirstTime() throws Exception {
        try (Taps taps = node.taps();
                Tap tap = taps.open(space.pid(), TapNode.FRAMES)) {
            Optional<PacketSocket> opened = tap.openFirsts();
            assertThat(opened.isPresent()).isEqualTo(tap.tagging().mode() == TagMode.SOCKET);
            if (opened.isEmpty()) {
                return;
            }
            try (PacketSocket firsts = opened.get();
                    NetlinkSender one = tap.namespace().visit(() -> NetlinkSender.open(NetlinkSender.NETLINK_ROUTE));
                    NetlinkSender other =
                            tap.namespace().visit(() -> NetlinkSender.open(NetlinkSender.NETLINK_GENERIC))) {
                firsts.takeAll();

                one.send(MESSAGE);
                assertThat(firsts.takeAll()).isTrue();
                one.send(2 * MESSAGE);
                assertThat(firsts.takeAll()).isFalse();
                other.send(MESSAGE);
                assertThat(firsts.takeAll()).isTrue();
                one.send(MESSAGE);
                other.send(MESSAGE);
                assertThat(firsts.takeAll()).isFalse();
            }
        }
    }
}
