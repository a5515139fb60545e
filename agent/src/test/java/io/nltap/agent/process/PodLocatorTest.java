// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.metrics.AgentCounter;
import io.nltap.agent.metrics.AgentCounters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodLocatorTest {
    private static final String UID = "0f1de3c8-9a42-4b0e-8f0b-5f7f3f2f9b11";
    private static final String PAUSE = "0a".repeat(32);
    private static final String WEB = "0b".repeat(32);
    private static final String DIND = "0c".repeat(32);
    private static final String INNER = "0d".repeat(32);
    private static final long POD = 4026532201L;
    private static final long OTHER = 4026532302L;

    @TempDir
    Path directory;

    private FakeProc proc;
    private final AtomicLong clock = new AtomicLong(1_000_000_000L);
    private final AgentCounters counters = new AgentCounters();

    @BeforeEach
    void makeProc() throws IOException {
        proc = new FakeProc(directory);
    }

    @Test
    void findsThePodThroughItsNamedContainer() throws IOException {
        proc.process(100, cgroup(PAUSE), POD);
        proc.process(230, cgroup(WEB), POD);
        proc.process(231, cgroup(WEB), POD);

        assertThat(locate(Set.of(WEB))).isEqualTo(new PodLocation.Found(230, POD));
    }

    @Test
    void findsThePodThroughItsSandboxWhileItsContainerIsRestarted() throws IOException {
        proc.process(100, cgroup(PAUSE), POD);

        assertThat(locate(Set.of(WEB))).isEqualTo(new PodLocation.Found(100, POD));
    }

    @Test
    void findsAStaticPodByItsContainers() throws IOException {
        proc.process(100, "0::/kubepods/pod5a1c7e2f9b3d4c6e8f0a1b2c3d4e5f60/%s\n".formatted(WEB), POD);

        assertThat(locate(Set.of(WEB))).isEqualTo(new PodLocation.Found(100, POD));
    }

    @Test
    void doesNotMistakeAContainerInTheContainerForThePod() throws IOException {
        proc.process(90, "0::/kubepods/pod%s/%s/docker/%s\n".formatted(UID, DIND, INNER), OTHER);
        proc.process(230, cgroup(DIND), POD);

        assertThat(locate(Set.of(DIND))).isEqualTo(new PodLocation.Found(230, POD));
    }

    @Test
    void doesNotFollowAProcessThatEnteredTheHost() throws IOException {
        proc.process(90, cgroup(WEB), FakeProc.HOST);
        proc.process(230, cgroup(WEB), POD);

        assertThat(locate(Set.of(WEB))).isEqualTo(new PodLocation.Found(230, POD));
    }

    @Test
    void saysThatAPodUsesTheHostNetwork() throws IOException {
        proc.process(100, cgroup(PAUSE), FakeProc.HOST);
        proc.process(230, cgroup(WEB), FakeProc.HOST);

        assertThat(locate(Set.of(WEB))).isEqualTo(new PodLocation.OnHostNetwork(230, FakeProc.HOST));
    }

    @Test
    void seesNothingOfOtherPods() throws IOException {
        proc.process(100, "0::/kubepods/pod11111111-9a42-4b0e-8f0b-5f7f3f2f9b11/%s\n".formatted(INNER), POD);
        proc.dyingProcess(101);

        assertThat(locate(Set.of(WEB))).isEqualTo(new PodLocation.Absent());
    }

    @Test
    void staysInTheKnownNamespaceWhileAnyProcessOfThePodIsThere() throws IOException {
        proc.process(100, cgroup(PAUSE), POD);
        proc.process(230, cgroup(WEB), OTHER);

        PodLocation location = locator().locate(table().snapshot(), UID, Set.of(WEB), false, OptionalLong.of(POD));

        assertThat(location).isEqualTo(new PodLocation.Found(100, POD));
    }

    @Test
    void movesOnWhenTheKnownNamespaceIsEmpty() throws IOException {
        proc.process(230, cgroup(WEB), OTHER);

        PodLocation location = locator().locate(table().snapshot(), UID, Set.of(WEB), false, OptionalLong.of(POD));

        assertThat(location).isEqualTo(new PodLocation.Found(230, OTHER));
    }

    @Test
    void saysWhichFileItMayNotRead() throws IOException {
        proc.process(230, cgroup(WEB), POD);
        PodLocator blind =
                new PodLocator(pid -> new NetnsReading.Forbidden("/proc/" + pid + "/ns/net"), OptionalLong.of(1));

        assertThat(blind.locate(table().snapshot(), UID, Set.of(WEB), false, OptionalLong.empty()))
                .isEqualTo(new PodLocation.Unreadable("/proc/230/ns/net"));
    }

    @Test
    void capturesNothingWhenItCannotTellTheHostApart() throws IOException {
        proc.process(230, cgroup(WEB), POD);
        PodLocator unsure = new PodLocator(table()::netns, OptionalLong.empty());

        assertThat(unsure.locate(table().snapshot(), UID, Set.of(WEB), false, OptionalLong.empty()))
                .isInstanceOf(PodLocation.Unreadable.class);
    }

    @Test
    void scansAgainOnlyAfterAWhile() throws IOException {
        ProcessTable table = table();
        proc.process(230, cgroup(WEB), POD);
        ProcessSnapshot first = table.snapshot();
        proc.kill(230);

        ProcessSnapshot soon = table.snapshot();
        clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
        ProcessSnapshot later = table.snapshot();

        assertThat(soon).isSameAs(first);
        assertThat(later.of(UID, Set.of())).isEmpty();
        assertThat(counters.get(AgentCounter.PROCESS_SCANS)).isEqualTo(2);
    }

    @Test
    void neverUsesMoreThanAFiftiethOfACpu() throws IOException {
        long scanTakes = TimeUnit.MILLISECONDS.toNanos(100);
        ProcessTable slow = new ProcessTable(directory, 1, () -> clock.getAndAdd(scanTakes), counters);
        slow.snapshot();

        clock.addAndGet(TimeUnit.SECONDS.toNanos(4));
        slow.snapshot();
        clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
        slow.snapshot();

        assertThat(counters.get(AgentCounter.PROCESS_SCANS)).isEqualTo(2);
    }

    private PodLocation locate(Set<String> containers) {
        return locator().locate(table().snapshot(), UID, containers, false, OptionalLong.empty());
    }

    private PodLocator locator() {
        return new PodLocator(table());
    }

    private ProcessTable table() {
        return new ProcessTable(directory, TimeUnit.SECONDS.toNanos(1), clock::get, counters);
    }

    private static String cgroup(String container) {
        return "0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod%s.slice/cri-containerd-%s.scope\n"
                .formatted(UID.replace('-', '_'), container);
    }
}
