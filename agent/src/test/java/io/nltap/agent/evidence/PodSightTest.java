// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.frame.ContainerName;
import io.nltap.agent.frame.ProcessIdentity;
import io.nltap.netlink.evidence.SocketHolder;
import io.nltap.netlink.evidence.SocketRow;
import io.nltap.netlink.evidence.TaskState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What of a node may get into the files of somebody who may capture pods of one namespace. */
class PodSightTest {
    private static final List<String> HOLDS = List.of("handle_userfault", "dev_ethtool", "dev_ioctl", "sock_do_ioctl");
    private static final List<String> WAITS =
            List.of("__mutex_lock", "rtnl_lock", "rtnetlink_rcv_msg", "netlink_rcv_skb", "netlink_sendmsg");
    private static final List<String> SLEEPS = List.of("do_nanosleep");

    private static final int OWN = 100;
    private static final int NEIGHBOUR = 200;
    private static final int STRANGER = 300;
    private static final int NODE = 400;

    private final Map<Integer, ProcessIdentity> processes = new HashMap<>();
    private PodSight sight = new PodSight("shop", false, true);

    @BeforeEach
    void processes() {
        process(OWN, "ip", Optional.of("shop/web-0"), "uid-own");
        process(NEIGHBOUR, "frr", Optional.of("shop/router"), "uid-neighbour");
        process(STRANGER, "secret-tool", Optional.empty(), "uid-stranger");
        processes.put(NODE, new ProcessIdentity(NODE, NODE, 1, 0, "ethtool", Optional.empty(), 1, 1, false));
        sight.setProcesses(process -> process.pid() == OWN);
    }

    @Test
    void showsNobodyElseWhileNobodyWaits() {
        Sight seen = restrict(
                List.of(),
                List.of(),
                task(OWN, SLEEPS),
                task(NEIGHBOUR, HOLDS),
                task(STRANGER, HOLDS),
                task(NODE, HOLDS));

        assertThat(seen.tasks()).extracting(TaskState::pid).containsExactly(OWN);
    }

    @Test
    void showsOfThoseWhoMayHoldTheLockNoMoreThanWhoTheyAreAndWhere() {
        Sight seen = restrict(
                List.of(),
                List.of(),
                task(OWN, WAITS),
                task(NEIGHBOUR, HOLDS),
                task(STRANGER, HOLDS),
                task(NODE, HOLDS));

        assertThat(seen.tasks()).extracting(TaskState::pid).containsExactly(OWN, NEIGHBOUR, STRANGER, NODE);
        assertThat(seen.tasks()).extracting(TaskState::comm).containsExactly("ip", "frr", "-", "ethtool");
        assertThat(seen.tasks())
                .extracting(task -> task.pod().orElse("-"))
                .containsExactly("shop/web-0", "shop/router", "-", "-");
        assertThat(seen.tasks().subList(1, 4)).allSatisfy(task -> {
            assertThat(task.arguments()).isEmpty();
            assertThat(task.syscall()).isEmpty();
            assertThat(task.fdInode()).isEmpty();
            assertThat(task.netnsInode()).isEmpty();
            assertThat(task.stack()).isEqualTo(HOLDS);
            assertThat(sight.isBystander(task.pid())).isTrue();
        });
        assertThat(seen.tasks().get(2).container()).isEmpty();
        assertThat(seen.tasks().get(0).arguments()).isNotEmpty();
        assertThat(sight.isBystander(OWN)).isFalse();
    }

    @Test
    void showsNoOtherVictimOfTheSameLock() {
        Sight seen = restrict(List.of(), List.of(), task(OWN, WAITS), task(STRANGER, WAITS), task(NEIGHBOUR, WAITS));

        assertThat(seen.tasks()).extracting(TaskState::pid).containsExactly(OWN);
    }

    @Test
    void showsNoStackWhereTheCaptureWantsNone() {
        sight = new PodSight("shop", false, false);
        sight.setProcesses(process -> process.pid() == OWN);

        Sight seen = restrict(List.of(), List.of(), task(OWN, WAITS), task(NODE, HOLDS));

        assertThat(seen.tasks()).singleElement().satisfies(task -> {
            assertThat(task.pid()).isEqualTo(OWN);
            assertThat(task.stack()).isEmpty();
            assertThat(task.wchan()).isEmpty();
            assertThat(task.arguments()).isEmpty();
        });
    }

    @Test
    void showsSocketsOfNobodyKnownOnlyWhereThePodsAreAlone() {
        List<SocketRow> rows = List.of(row(0, 0), row(100, 1), row(200, 2), row(777, 3));
        List<SocketHolder> holders = List.of(new SocketHolder(1, OWN, 3), new SocketHolder(2, NEIGHBOUR, 3));

        Sight alone = restrict(rows, holders);
        sight = new PodSight("shop", true, true);
        sight.setProcesses(process -> process.pid() == OWN);
        Sight among = restrict(rows, holders);

        assertThat(alone.rows()).extracting(SocketRow::portId).containsExactly(0L, 100L, 777L);
        assertThat(among.rows()).extracting(SocketRow::portId).containsExactly(0L, 100L);
        assertThat(alone.holders()).extracting(SocketHolder::pid).containsExactly(OWN);
        assertThat(among.holders()).extracting(SocketHolder::pid).containsExactly(OWN);
    }

    private Sight restrict(List<SocketRow> rows, List<SocketHolder> holders, TaskState... tasks) {
        return sight.restrict(new Sight(rows, holders, List.of(tasks)), processes);
    }

    private void process(int pid, String comm, Optional<String> pod, String uid) {
        ContainerName container = new ContainerName(Optional.of(uid), pod, Optional.of("c" + pid), Optional.of("app"));
        processes.put(pid, new ProcessIdentity(pid, 1, 1, 0, comm, Optional.of(container), 7, 7, false));
    }

    private TaskState task(int pid, List<String> stack) {
        ProcessIdentity process = processes.get(pid);
        return new TaskState(
                pid,
                pid,
                1,
                process.comm(),
                OptionalLong.of(7),
                'D',
                OptionalInt.of(46),
                List.of(3L, 5L),
                OptionalLong.of(9),
                Optional.of(stack.get(0)),
                stack,
                process.container().flatMap(ContainerName::pod),
                process.container().flatMap(ContainerName::container));
    }

    private static SocketRow row(long port, long inode) {
        return new SocketRow(0, port, 0, 0, OptionalLong.empty(), 0, false, 2, 0, inode);
    }
}
