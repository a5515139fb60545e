// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.frame.ContainerName;
import io.nltap.agent.frame.NodeProcesses.Place;
import io.nltap.agent.frame.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessIndexTest {
    private static final String UID = "0f1de3c8-9a42-4b0e-8f0b-5f7f3f2f9b11";
    private static final String WEB = "0b".repeat(32);
    private static final String CGROUP = "/kubepods/burstable/pod%s/%s".formatted(UID, WEB);
    private static final long NETNS = 4026532201L;
    private static final long INNER = 4026532300L;
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path proc;

    private final AtomicLong clock = new AtomicLong(1000 * SECOND);
    private final PodNames names = new PodNames();
    private ProcessIndex index;

    @BeforeEach
    void makeIndex() {
        index = new ProcessIndex(proc, names, SECOND, clock::get);
    }

    @Test
    void readsWhoAProcessIs() throws IOException {
        process(4242, "4242\t17\t1", "web (1) x", 4100, 5000, 0x400000, CGROUP);
        names.learn(UID, "shop/web-0", Map.of(WEB, "web"));

        assertThat(index.find(4242))
                .contains(new ProcessIdentity(
                        4242,
                        1,
                        4100,
                        5000,
                        "web (1) x",
                        Optional.of(new ContainerName(
                                Optional.of(UID), Optional.of("shop/web-0"), Optional.of(WEB), Optional.of("web"))),
                        NETNS,
                        INNER,
                        false));
    }

    @Test
    void knowsThreadsOfTheKernel() throws IOException {
        process(2, "2", "kthreadd", 0, 1, 0x208040, "/");

        assertThat(index.find(2).orElseThrow().ofKernel()).isTrue();
        assertThat(index.find(3)).isEmpty();
    }

    @Test
    void seesThatAnIdHasGoneToAnotherProcess() throws IOException {
        process(4242, "4242", "old", 1, 5000, 0, "/");
        assertThat(index.all()).extracting(ProcessIdentity::comm).containsExactly("old");

        clock.addAndGet(2 * SECOND);
        process(4242, "4242", "new", 1, 100_100, 0, CGROUP);

        index.refresh();
        ProcessIdentity now = index.all().iterator().next();
        assertThat(now.comm()).isEqualTo("new");
        assertThat(now.container()).isPresent();
    }

    @Test
    void leavesProcessesAloneWhileNobodyAsksForThem() throws IOException {
        process(4242, "4242", "old", 1, 5000, 0, "/");
        lastPid(4242);
        index.all();
        clock.addAndGet(2 * SECOND);
        index.refresh();
        process(4242, "4242", "new", 1, 100_100, 0, "/");
        clock.addAndGet(2 * SECOND);

        index.refresh();

        assertThat(index.all()).extracting(ProcessIdentity::comm).containsExactly("old");
        clock.addAndGet(10 * SECOND);
        index.refresh();
        assertThat(index.all()).extracting(ProcessIdentity::comm).containsExactly("new");
    }

    @Test
    void readsThemAgainForThoseWhoAskWhenOneHasComeOrMayHaveBecomeAnother() throws IOException {
        process(4242, "4242", "settled", 1, 100, 0, "/");
        lastPid(4242);
        index.all();
        Files.delete(proc.resolve("4242/stat"));

        refreshAsked();
        assertThat(index.all()).hasSize(1); // nothing has come, and it is long settled

        process(4243, "4243", "new", 1, clock.get() / 10_000_000, 0, "/");
        lastPid(4243);
        refreshAsked();
        assertThat(index.all()).extracting(ProcessIdentity::comm).containsExactly("new");

        process(4243, "4243", "exec", 1, clock.get() / 10_000_000, 0, "/");
        refreshAsked();
        assertThat(index.all()).extracting(ProcessIdentity::comm).containsExactly("exec");
    }

    @Test
    void readsThemAgainForThoseWhoAskNowAndThen() throws IOException {
        process(4242, "4242", "settled", 1, 100, 0, "/");
        lastPid(4242);
        index.all();
        clock.addAndGet(2 * SECOND);
        Files.delete(proc.resolve("4242/stat"));

        clock.addAndGet(9 * SECOND);
        refreshAsked();

        assertThat(index.all()).isEmpty();
    }

    private void lastPid(int pid) throws IOException {
        Files.writeString(proc.resolve("loadavg"), "0.00 0.00 0.00 1/99 %d%n".formatted(pid));
    }

    private void refreshAsked() {
        index.all();
        clock.addAndGet(2 * SECOND);
        index.refresh();
    }

    @Test
    void namesContainersAsSoonAsAnOrderDoes() throws IOException {
        process(4242, "4242", "web", 1, 5000, 0, CGROUP);
        assertThat(index.all().iterator().next().container().orElseThrow().pod())
                .isEmpty();
        int before = index.namesVersion();

        names.learn(UID, "shop/web-0", Map.of(WEB, "web"));
        clock.addAndGet(2 * SECOND);
        index.refresh();

        assertThat(index.namesVersion()).isNotEqualTo(before);
        assertThat(index.all().iterator().next().container().orElseThrow().pod())
                .contains("shop/web-0");
        names.forget(UID);
        assertThat(index.find(4242).orElseThrow().container().orElseThrow().pod())
                .isEmpty();
    }

    @Test
    void namesContainersHoweverLongALookAtAllTakes() throws IOException {
        process(4242, "4242", "web", 1, 5000, 0, CGROUP);
        ProcessIndex slow = new ProcessIndex(proc, names, SECOND, () -> clock.getAndAdd(SECOND));
        assertThat(slow.all()).hasSize(1);

        names.learn(UID, "shop/web-0", Map.of(WEB, "web"));
        slow.refresh();

        assertThat(slow.all().iterator().next().container().orElseThrow().pod()).contains("shop/web-0");
    }

    @Test
    void findsAStaticPodByItsContainer() throws IOException {
        process(4242, "4242", "web", 1, 5000, 0, "/kubepods/pod5a1c7e2f9b3d4c6e8f0a1b2c3d4e5f60/" + WEB);
        names.learn(UID, "kube-system/etcd-a", Map.of(WEB, "etcd"));

        ContainerName container = index.find(4242).orElseThrow().container().orElseThrow();

        assertThat(container.podUid()).contains(UID);
        assertThat(container.pod()).contains("kube-system/etcd-a");
    }

    @Test
    void tellsAContainerByTheNumberOfItsCgroup() throws IOException {
        Path root = hierarchy("1/root/sys/fs/cgroup");
        Path cgroup = Files.createDirectories(Path.of(root + CGROUP));
        Path service = Files.createDirectories(root.resolve("system.slice/cron.service"));

        assertThat(index.place(inode(cgroup)).flatMap(Place::container).flatMap(ContainerName::containerId))
                .contains(WEB);
        assertThat(index.place(inode(service))).contains(new Place(Optional.empty()));
    }

    @Test
    void tellsItInTheSecondHierarchyBesideVersionOne() throws IOException {
        Files.createDirectories(proc.resolve("1/root/sys/fs/cgroup/memory"));
        Path root = hierarchy("1/root/sys/fs/cgroup/unified");
        Path cgroup = Files.createDirectories(Path.of(root + CGROUP));

        assertThat(index.place(inode(cgroup)).flatMap(Place::container)).isPresent();
        assertThat(index.place(inode(root)))
                .as("may be in a container of version 1")
                .isEmpty();
    }

    @Test
    void knowsWithoutLookingTheContainersThatItHasPassedBefore() throws IOException {
        Path root = hierarchy("1/root/sys/fs/cgroup");
        Path cgroup = Files.createDirectories(Path.of(root + CGROUP));
        Path service = Files.createDirectories(root.resolve("system.slice/cron.service"));

        assertThat(index.knownPlace(inode(cgroup))).isEmpty();
        index.place(inode(service));

        assertThat(index.knownPlace(inode(cgroup)).flatMap(Place::container)).isPresent();
    }

    @Test
    void remembersACgroupThatHasGone() throws IOException {
        Path root = hierarchy("1/root/sys/fs/cgroup");
        Path cgroup = Files.createDirectories(Path.of(root + CGROUP));
        long number = inode(cgroup);
        index.place(number);
        Files.delete(cgroup);
        clock.addAndGet(SECOND);

        assertThat(index.place(number).flatMap(Place::container)).isPresent();
        assertThat(index.place(number + 1_000_000)).isEmpty();
    }

    @Test
    void findsNewProcessesWithoutALookAtAllOthers() throws IOException {
        process(4242, "4242", "old", 1, 5000, 0, "/");
        Files.writeString(proc.resolve("loadavg"), "0.1 0.2 0.3 1/99 4242\n");
        index.all();

        process(4243, "4243\t2", "ip", 1, 5001, 0, CGROUP);
        thread(4244, 4243);
        Files.writeString(proc.resolve("loadavg"), "0.1 0.2 0.3 1/99 4244\n");

        assertThat(index.all()).extracting(ProcessIdentity::pid).containsExactlyInAnyOrder(4242, 4243);
    }

    @Test
    void readsAllThatIsSaidOfAUserOfManyGroups() throws IOException {
        process(4242, "4242\t7", "java", 1, 5000, 0, "/");
        Files.writeString(
                proc.resolve("4242/status"),
                "Name:\tjava\nTgid:\t4242\nGroups:\t%s\nNStgid:\t4242\t7\n".formatted("100000 ".repeat(2000)));

        assertThat(index.find(4242)).map(ProcessIdentity::innerPid).contains(7);
    }

    private void thread(int id, int process) throws IOException {
        process(id, Integer.toString(id), "worker", 1, 5002, 0, "/");
        Files.writeString(
                proc.resolve(Integer.toString(id)).resolve("status"), "Name:\tx\nTgid:\t%d\n".formatted(process));
    }

    private Path hierarchy(String where) throws IOException {
        Path root = Files.createDirectories(proc.resolve(where));
        Files.createFile(root.resolve("cgroup.procs"));
        Files.createFile(root.resolve("cgroup.controllers"));
        return root;
    }

    private static long inode(Path file) throws IOException {
        return ((Number) Files.getAttribute(file, "unix:ino")).longValue();
    }

    private void process(int pid, String ids, String comm, int parent, long start, long flags, String cgroup)
            throws IOException {
        Path process = proc.resolve(Integer.toString(pid));
        Path ns = Files.createDirectories(process.resolve("ns"));
        Files.writeString(
                process.resolve("stat"),
                "%d (%s) S %d 1 1 0 -1 %d 0 0 0 0 0 0 0 0 20 0 1 0 %d 0 0\n"
                        .formatted(pid, comm, parent, flags, start));
        Files.writeString(
                process.resolve("status"), "Name:\tx\nTgid:\t%d\nNStgid:\t%s\nNSpid:\t%s\n".formatted(pid, ids, ids));
        Files.writeString(process.resolve("cgroup"), "0::" + cgroup + "\n");
        Files.deleteIfExists(ns.resolve("net"));
        Files.deleteIfExists(ns.resolve("pid"));
        Files.createSymbolicLink(ns.resolve("net"), Path.of("net:[" + NETNS + "]"));
        Files.createSymbolicLink(ns.resolve("pid"), Path.of("pid:[" + INNER + "]"));
    }
}
