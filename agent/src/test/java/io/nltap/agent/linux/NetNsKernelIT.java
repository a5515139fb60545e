// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class NetNsKernelIT {

    private static final Path OWN = Path.of("/proc/thread-self/ns/net");
    private static final Path PROCESS = Path.of("/proc/self/ns/net");

    @Test
    void aVisitRunsInTheNamespaceAndLeavesTheJvmWhereItWas() throws Exception {
        NetNsId home = NetNsId.of(PROCESS);
        try (TestNamespace space = TestNamespace.open();
                NetNs handle = space.openHandle()) {
            NetNsId inside = handle.visit(NetNsKernelIT::here);

            FutureTask<NetNsId> startedLater = new FutureTask<>(NetNsKernelIT::here);
            new Thread(startedLater).start();
            assertThat(inside).isEqualTo(space.id()).isEqualTo(handle.id()).isNotEqualTo(home);
            assertThat(startedLater.get()).isEqualTo(home);
            assertThat(here()).isEqualTo(home);
            assertThat(NetNsId.of(PROCESS)).isEqualTo(home);
        }
    }

    @Test
    void otherThreadsStayAtHomeWhileAVisitIsUnderWay() throws Exception {
        NetNsId home = NetNsId.of(PROCESS);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        try (TestNamespace space = TestNamespace.open();
                NetNs handle = space.openHandle()) {
            FutureTask<NetNsId> visit = new FutureTask<>(() -> handle.visit(() -> {
                inside.countDown();
                waitFor(leave);
                return here();
            }));
            Thread visitor = new Thread(visit);
            visitor.start();
            inside.await();

            NetNsId meanwhile = NetNsId.of(OWN);
            NetNsId pooled = CompletableFuture.supplyAsync(NetNsKernelIT::here).get();

            leave.countDown();
            assertThat(meanwhile).isEqualTo(home);
            assertThat(pooled).isEqualTo(home);
            assertThat(visit.get()).isEqualTo(space.id());
        }
    }

    @Test
    void whatAVisitThrowsReachesTheCaller() throws Exception {
        try (TestNamespace space = TestNamespace.open();
                NetNs handle = space.openHandle()) {
            assertThatThrownBy(() -> handle.visit(() -> {
                        throw new IOException("from inside");
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("from inside");
        }
    }

    @Test
    void closesWhatAnAbandonedVisitYields() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        AtomicBoolean closed = new AtomicBoolean();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        try (TestNamespace space = TestNamespace.open();
                NetNs handle = space.openHandle()) {
            Thread caller = new Thread(() -> {
                try {
                    handle.<AutoCloseable, RuntimeException>visit(() -> {
                        inside.countDown();
                        waitFor(leave);
                        return () -> closed.set(true);
                    });
                } catch (Exception e) {
                    thrown.set(e);
                }
            });
            caller.start();
            inside.await();

            caller.interrupt();
            caller.join();
            leave.countDown();

            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            await().untilTrue(closed);
        }
    }

    @Test
    void aNamespaceLivesAsLongAsItsHandleAndNoLonger() throws Exception {
        try (TestNamespace space = TestNamespace.open()) {
            NetNs handle = space.openHandle();
            Programs.run(
                    "ip", "link", "add", "peer0", "type", "veth", "peer", "name", "peer1", "netns", "" + space.pid());

            space.endProcess();
            assertThat(Programs.run("ip", "-br", "link")).contains("peer0");
            handle.close();

            await().untilAsserted(
                            () -> assertThat(Programs.run("ip", "-br", "link")).doesNotContain("peer0"));
        }
    }

    @Test
    void tellsThatTheProcessHasEnded() throws Exception {
        TestNamespace space = TestNamespace.open();
        space.close();

        assertThatThrownBy(space::openHandle)
                .isInstanceOf(KernelException.class)
                .hasMessage("open /proc/%d/ns/net: ENOENT (No such file or directory)".formatted(space.pid()));
    }

    private static NetNsId here() {
        try {
            return NetNsId.of(OWN);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
