// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.nltap.agent.frame.ProcessIdentity;
import io.nltap.netlink.evidence.TaskState;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What proc(5) of the machine that runs the test says, of this process. */
class EvidenceOnThisMachineTest {

    private static final ProcFiles FILES = new ProcFiles(Path.of("/proc"));

    @Test
    void readsWhatAThreadDoes() {
        int pid = (int) ProcessHandle.current().pid();
        ThreadReading reading = new ThreadReading(FILES, SocketCalls.of(System.getProperty("os.arch")), () -> 17);

        Optional<TaskState> main = reading.read(identity(pid), pid);

        assertThat(main).hasValueSatisfying(task -> {
            assertThat(task.comm()).isEqualTo("java");
            assertThat(task.state()).isIn('S', 'R', 'D');
            assertThat(task.netnsInode()).isPresent();
            assertThat(task.seenNanos()).isEqualTo(17);
        });
        assertThat(reading.read(identity(pid), 1 << 29)).isEmpty();
    }

    @Test
    void readsStacksWithoutAddresses() {
        assertThat(ThreadReading.stack("""
                        [<0>] rtnl_lock+0x15/0x20
                        [<0>] nfnetlink_rcv_msg+0x1c7/0x2a0 [nfnetlink]
                        [<0>] 0xffffffffc0aa
                        """)).containsExactly("rtnl_lock", "nfnetlink_rcv_msg");
    }

    @Test
    void countsDevicesOfOthersByTheirNames() {
        String devices = """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets
                    lo:       0       0    0    0    0     0          0         0        0       0
                 nlmon0:      0       0    0    0    0     0          0         0        0       0
                nltap1234:    0       0    0    0    0     0          0         0        0       0
                """;
        assertThat(OtherTaps.count(devices, "nltap1234")).isEqualTo(1);
        assertThat(OtherTaps.count(devices, "nltap-x")).isEqualTo(2);
    }

    private static ProcessIdentity identity(int pid) {
        return new ProcessIdentity(pid, pid, 1, 0, "java", Optional.empty(), 0, 0, false);
    }
}
