// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.frame.ProcessIdentity;
import io.nltap.netlink.evidence.SocketHolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketOwnersTest {
    private static final long NETNS = 1;
    private static final int CLIENT = 100;
    private static final int HEIR = 101;

    @TempDir
    Path proc;

    private final Map<Integer, ProcessIdentity> processes = new LinkedHashMap<>();
    private final Map<Long, Long> sockets = new HashMap<>();
    private SocketOwners owners;
    private long now = TimeUnit.SECONDS.toNanos(1000);

    @BeforeEach
    void makeClient() throws IOException {
        owners = new SocketOwners(new ProcFiles(proc), () -> now);
        process(CLIENT);
        process(HEIR);
        open(CLIENT, 3, 77);
        look();
    }

    @Test
    void knowsWhoHasASocketOpen() {
        assertThat(owners.of(sockets.keySet())).containsExactly(new SocketHolder(77, CLIENT, 3));
    }

    @Test
    void noticesThatASocketWasClosedWhichAnotherStillHas() throws IOException {
        open(HEIR, 9, 77);
        Files.delete(descriptor(CLIENT, 3));

        look();
        assertThat(owners.of(sockets.keySet())).isEmpty();

        look();
        assertThat(owners.of(sockets.keySet())).containsExactly(new SocketHolder(77, HEIR, 9));
    }

    @Test
    void noticesThatADescriptorBecameThatOfSomethingElse() throws IOException {
        open(HEIR, 9, 77);
        now += TimeUnit.SECONDS.toNanos(10);
        look();
        Files.delete(descriptor(CLIENT, 3));
        Files.createSymbolicLink(descriptor(CLIENT, 3), Path.of("socket:[78]"));

        look();

        assertThat(owners.of(sockets.keySet())).containsExactly(new SocketHolder(77, HEIR, 9));
    }

    @Test
    void findsAFurtherSocketOfWhoeverIsKnown() throws IOException {
        open(CLIENT, 4, 78);

        look();

        assertThat(owners.of(sockets.keySet()))
                .containsExactlyInAnyOrder(new SocketHolder(77, CLIENT, 3), new SocketHolder(78, CLIENT, 4));
    }

    /** Later than all that is known was found out. */
    private void look() {
        now += TimeUnit.SECONDS.toNanos(5);
        CpuAllowance allowance = new CpuAllowance(() -> now, () -> 0);
        allowance.rested(false);
        allowance.begin(Duration.ofDays(1));
        owners.look(processes, sockets, Set.of(NETNS), false, allowance);
    }

    private void process(int pid) throws IOException {
        processes.put(pid, new ProcessIdentity(pid, pid, 1, 1, "client", Optional.empty(), NETNS, 1, false));
        Files.createDirectories(descriptor(pid, 0).getParent());
    }

    /** Its port id is one that the kernel chose, and so says nothing of the process. */
    private void open(int pid, int fd, long inode) throws IOException {
        sockets.put(inode, 4_000_000_000L + inode);
        Files.createSymbolicLink(descriptor(pid, fd), Path.of("socket:[%d]".formatted(inode)));
    }

    private Path descriptor(int pid, int fd) {
        return proc.resolve(Integer.toString(pid)).resolve("fd").resolve(Integer.toString(fd));
    }
}
