// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.linux.NetNs;
import io.nltap.agent.linux.PacketSocket;
import io.nltap.agent.linux.TestNamespace;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the loopback device of a namespace of the test's own, whose packets have no mark. */
class NewSendersTest {
    private static final int LOOPBACK = 1;
    private static final int NO_MARK = 0;
    private static final long LONG = 60;

    private final Semaphore told = new Semaphore(0);
    private TestNamespace space;
    private NetNs namespace;
    private NewSenders senders;
    private PacketSocket marked;

    @BeforeEach
    void open() throws Exception {
        space = TestNamespace.open();
        namespace = space.openHandle();
        senders = NewSenders.start(System::nanoTime);
        space.run("ip", "link", "set", "lo", "up");
        marked = namespace.visit(() -> {
            PacketSocket socket = PacketSocket.open();
            socket.limitToMark(NO_MARK);
            socket.bind(LOOPBACK);
            return socket;
        });
    }

    @AfterEach
    void close() throws Exception {
        senders.remove(marked);
        senders.close();
        marked.close();
        namespace.close();
        space.close();
    }

    private boolean hears() throws Exception {
        space.run("bash", "-c", "echo hello >/dev/udp/127.0.0.1/9");
        return told.tryAcquire(LONG, TimeUnit.SECONDS);
    }

    @Test
    void tellsOfPacketsUntilTheSocketIsTakenBack() throws Exception {
        senders.add(marked, told::release);
        assertThat(hears()).isTrue();

        senders.remove(marked);
        told.drainPermits();
        space.run("bash", "-c", "echo hello >/dev/udp/127.0.0.1/9");

        assertThat(marked.takeAll()).isTrue(); // it came, and nobody took it
        assertThat(told.availablePermits()).isZero();
    }

    @Test
    void goesOnWhenTheDeviceHasBeenDown() throws Exception {
        senders.add(marked, told::release);
        assertThat(hears()).isTrue();
        space.run("ip", "link", "set", "lo", "down");
        space.run("ip", "link", "set", "lo", "up");
        told.drainPermits();

        assertThat(hears()).isTrue();
    }

    @Test
    void hasNothingToTakeBackWhenItHasEnded() {
        senders.add(marked, told::release);
        senders.close();

        senders.remove(marked);
        senders.add(marked, told::release);
        senders.remove(marked);

        assertThat(marked.takeAll()).isFalse();
    }
}
